// Sliders: macro moves, how much of the pass, and how the next one shall be.

import { find, make, setAttribute, setText } from "./dom.js";
import { ask, live, watch } from "./live.js";
import { level, nudge, percent, title } from "./words.js";

const NUDGE_STEP = 0.25;
const sliders = [];

export function startMoves() {
  watch((picture, changed) => {
    if (changed.has("fixed") && !sliders.length) build(live.fixed);
    for (const slider of sliders) slider.show(picture);
    const genre = find("genre");
    if (!genre.waiting && genre.value !== picture.genre) genre.value = picture.genre;
  });
  const genre = find("genre");
  genre.addEventListener("change", () => ask("genre", { name: genre.value }, genre));
}

function build(fixed) {
  for (const name of fixed.nudge_names) {
    find("nudges").append(
      makeSlider({
        name: title(name), low: -1, high: 1, step: 0.05, middle: 0, words: nudge, jump: NUDGE_STEP,
        read: (picture) => picture.nudges[name] ?? 0,
        write: (value, control) => ask("nudge", { name, value }, control),
      }),
    );
  }
  const ratio = { low: 0, high: 1, step: 0.01, words: percent };
  const all = makeSlider({
    ...ratio, name: "All", read: (picture) => picture.amount_ratio, jump: 0.1,
    write: (value, control) => ask("amount", { part: "all", ratio: value }, control),
  });
  const parts = make("details", {}, make("summary", {}, "Part by part"));
  for (const part of fixed.parts) {
    parts.append(
      makeSlider({
        ...ratio, name: title(part), read: (picture) => picture.amounts[part] ?? 1,
        write: (value, control) => ask("amount", { part, ratio: value }, control),
      }),
    );
  }
  find("amounts").append(all, parts);
  const [low, high] = fixed.loudness_range_lufs;
  find("genre").replaceChildren(...fixed.genres.map((name) => new Option(name === "auto" ? "Guess it" : title(name), name)));
  find("next").append(
    makeSlider({
      name: "Loudness", low, high, step: 0.5, kind: "wide", words: (value) => level(value, "LUFS"), jump: 1,
      read: (picture) => picture.loudness_lufs,
      write: (value, control) => ask("loudness", { lufs: value }, control),
    }),
  );
}

function makeSlider({ name, low, high, step, words, read, write, jump = 0, middle = null, kind = "" }) {
  const input = make("input", { type: "range", min: low, max: high, step, "aria-label": name });
  const output = make("output", { class: "number" });
  const row = make("div", { class: `slider ${jump ? "jumps" : ""} ${kind}` }, make("span", { class: "name", "aria-hidden": "true" }, name));
  let isHeld = false;

  const say = (value) => {
    setText(output, words(value));
    setAttribute(input, "aria-valuetext", words(value));
    row.classList.toggle("is-off", middle !== null && Math.abs(value - middle) > 1e-6);
    const from = middle === null ? 0 : (middle - low) / (high - low);
    const to = (value - low) / (high - low);
    row.style.setProperty("--from", Math.min(from, to));
    row.style.setProperty("--to", Math.max(from, to));
  };
  const send = (value) => {
    input.value = value;
    say(Number(input.value));
    isHeld = write(Number(input.value), input);
  };
  input.addEventListener("input", () => {
    isHeld = true;
    say(Number(input.value));
  });
  input.addEventListener("change", () => send(Number(input.value)));
  input.addEventListener("settled", () => {
    isHeld = false;
    if (live.picture) show(live.picture);
  });
  if (middle !== null) input.addEventListener("dblclick", () => send(middle));

  const show = (picture) => {
    if (isHeld && live.isConnected) return;
    isHeld = false;
    const value = read(picture);
    if (Number(input.value) !== value) input.value = value;
    say(value);
  };
  if (jump) {
    const jumper = (sign, sound, word) =>
      make("button", { type: "button", class: "jump", "aria-label": `${name} ${word}`, onclick: () => send(Number(input.value) + sign * jump) }, sound);
    row.append(jumper(-1, "−", "less"), input, jumper(1, "+", "more"), output);
  } else {
    row.append(input, output);
  }
  sliders.push({ show });
  return row;
}
