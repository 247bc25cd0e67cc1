"""The verbs that make something else of the pass that stands, or of how the next one shall be.

Each takes its options from the order; what an option may be is checked here, whoever asked:

=========  =====================================================================================
verb       options
=========  =====================================================================================
amount     ``part``: "all" or one of ``addresses.PARTS``; ``ratio``: 0 to 1
accept     ``change``: its address, as in ``ChangePicture.address``
reject     ``change``
solo       ``change``; ``on``: whether it is heard alone
nudge      ``name``: one of ``picture.NUDGES``; ``value``: -1 to 1
hear       ``side``: "before" or "after" the pass, equally loud; a state, where compare switches
genre      ``name``: a genre, or "auto"; for the next pass
loudness   ``lufs``: how loud the next pass makes the mix
role       ``track``: its id, ``role``: what it is from now on
lock       ``track``; ``on``
include    ``track``; ``on``: whether a pass may change it
=========  =====================================================================================

Of amount, nudge, loudness and hear the last one wins: one that waits is replaced by the next with the same ``part``,
``name`` or nothing.
"""
