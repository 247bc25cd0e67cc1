"""Sessions made for the purpose: arranged by chance, played by soundfonts, flawed on purpose, with the truth beside.

Needs the Debian packages fluidsynth, fluid-soundfont-gm, timgm6mb-soundfont, musescore-general-soundfont and
espeak-ng. The same seed makes the same sessions on the same packages.
"""
