// How it measures and how it sounds, before and after: meters, pictures, and a player for the two.

import { find, make, setAttribute, setHidden, setText } from "./dom.js";
import { live, watch } from "./live.js";
import { levels, loudness, spectrum } from "./pictures.js";
import { clock, level, percent } from "./words.js";

const METERS = [
  ["loudness_lufs", "Loudness", (value) => level(value, "LUFS")],
  ["lead_to_rest_db", "Vocal to rest", (value) => level(value, "dB")],
  ["true_peak_dbtp", "True peak", (value) => level(value, "dBTP")],
  ["masking_ratio", "Vocal hidden", percent],
];
const FURTHEST_APART_SECONDS = 0.03;
const sides = {};
let side = "after";
let shownPictures = "";
let wasDoing = "";
let shownSound = "";

export function startSound() {
  for (const [key, name] of METERS) {
    const was = make("span", { class: "was" });
    const is = make("span", { class: "is" });
    const values = make("dd", {}, make("span", { class: "unseen" }, "before "), was, make("span", { class: "arrow", "aria-hidden": "true" }, " → "), make("span", { class: "unseen" }, ", after "), is);
    find("meters").append(make("div", { class: "meter", "data-key": key }, make("dt", {}, name), values));
  }
  watch(show);
  startPlayer();
}

function show(picture, changed) {
  if (changed.has("before") || changed.has("after")) {
    for (const [key, , words] of METERS) {
      const meter = document.querySelector(`.meter[data-key="${key}"]`);
      setText(meter.querySelector(".was"), words(picture.before[key]));
      setText(meter.querySelector(".is"), words(picture.after[key]));
    }
  }
  if (changed.has("fixed")) setHidden(find("listen"), !live.fixed.has_preview);
  if (changed.has("hearing") && picture.hearing && !find("play-after").disabled) choose(picture.hearing);
  if (changed.has("state")) {
    const { doing, report, preview } = picture.state;
    if (changed.has("fixed") || (wasDoing && !doing)) loadPictures(report);
    wasDoing = doing;
    showSound(preview ?? "");
  }
}

async function loadPictures(isThere) {
  const answer = isThere ? await fetch("pictures", { cache: "no-store" }).catch(() => null) : null;
  const text = answer?.status === 200 ? await answer.text() : "";
  if (text === shownPictures) return;
  shownPictures = text;
  const told = text ? JSON.parse(text) : null;
  const drawn = told ? [spectrum(told.spectrum), levels(told.levels, told.reference), loudness(told.loudness)] : [];
  const figures = drawn.filter(Boolean);
  if (figures.length) figures.unshift(legend(told.label));
  find("pictures").replaceChildren(...figures);
  setHidden(find("pictures-none"), figures.length > 0);
}

function legend(label) {
  const key = (name, words) => make("span", { class: `key key-${name}` }, words);
  return make("p", { class: "legend" }, key("before", "before"), key("after", "after"), key("target", "target"), make("span", { class: "quiet" }, label));
}

// --- the player: both play, one is heard, so that switching is at once ------------------------------------------

function startPlayer() {
  for (const name of ["before", "after"]) {
    sides[name] = find(`audio-${name}`);
    find(`play-${name}`).addEventListener("click", () => choose(name));
    sides[name].addEventListener("ended", showPlaying);
  }
  find("play").addEventListener("click", playOrPause);
  find("seek").addEventListener("input", () => {
    for (const audio of Object.values(sides)) audio.currentTime = Number(find("seek").value);
    showTime();
  });
  sides.after.addEventListener("timeupdate", showTime);
  sides.after.addEventListener("loadedmetadata", () => {
    find("seek").max = sides.after.duration || 1;
    showTime();
  });
}

function showSound(version) {
  setText(find("render"), version ? "Render again" : "Render");
  if (version === shownSound) return;
  shownSound = version;
  for (const [name, audio] of Object.entries(sides)) {
    audio.pause();
    if (version) audio.src = `sound/${name}.wav?${encodeURIComponent(version)}`;
    else audio.removeAttribute("src");
    audio.load();
  }
  for (const id of ["play", "play-before", "play-after", "seek"]) find(id).disabled = !version;
  setText(
    find("listen-words"),
    version
      ? "Before and after as First Pass reckons them, equally loud."
      : "Before and after as First Pass reckons them, equally loud. They are rendered when you ask for it.",
  );
  choose("after");
  showPlaying();
}

const isPlaying = () => !sides.after.paused && !sides.after.ended;

export function playOrPause() {
  if (find("play").disabled) return;
  if (isPlaying()) {
    for (const audio of Object.values(sides)) audio.pause();
  } else {
    sides.before.currentTime = sides.after.currentTime;
    for (const audio of Object.values(sides)) audio.play().catch(() => {});
  }
  showPlaying();
}

// Switches what is heard here; tells whether something plays here at all.
export function switchSide() {
  if (!isPlaying()) return false;
  choose(side === "after" ? "before" : "after");
  return true;
}

function choose(wanted) {
  const [from, to] = [sides[side], sides[wanted]];
  if (wanted !== side && Math.abs(to.currentTime - from.currentTime) > FURTHEST_APART_SECONDS) to.currentTime = from.currentTime;
  side = wanted;
  for (const [name, audio] of Object.entries(sides)) {
    audio.muted = name !== side;
    setAttribute(find(`play-${name}`), "aria-pressed", name === side);
  }
}

function showPlaying() {
  const button = find("play");
  button.firstChild.textContent = isPlaying() ? "Pause" : "Play";
}

function showTime() {
  const at = sides.after.currentTime;
  const seek = find("seek");
  if (document.activeElement !== seek || isPlaying()) seek.value = at;
  setText(find("clock"), `${clock(at)} / ${clock(sides.after.duration)}`);
  setAttribute(seek, "aria-valuetext", clock(at));
}
