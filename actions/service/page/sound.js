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
const FURTHEST_APART_SECONDS = 0.06;
const TOO_FAR_APART_SECONDS = 0.5;
const WORDS = "Before and after as First Pass reckons them, equally loud.";
const WORDS_NONE = `${WORDS} They are rendered when you ask for it.`;
const WORDS_STALE = `${WORDS} The session has changed since they were rendered.`;
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
  sides.after.addEventListener("timeupdate", () => {
    keepTogether();
    showTime();
  });
  sides.after.addEventListener("loadedmetadata", () => {
    find("seek").max = sides.after.duration || 1;
    showTime();
  });
}

// What was rendered goes on playing when the session is another by now; it is only said.
function showSound(version) {
  const isStale = Boolean(shownSound) && !version;
  setText(find("render"), shownSound || version ? "Render again" : "Render");
  setText(find("listen-words"), isStale ? WORDS_STALE : version ? WORDS : WORDS_NONE);
  if (!version || version === shownSound) return;
  shownSound = version;
  for (const [name, audio] of Object.entries(sides)) {
    audio.pause();
    audio.src = `sound/${encodeURIComponent(version)}/${name}.wav`;
    audio.load();
  }
  for (const id of ["play", "play-before", "play-after", "seek"]) find(id).disabled = false;
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
  to.playbackRate = 1;
  for (const [name, audio] of Object.entries(sides)) {
    audio.muted = name !== side;
    setAttribute(find(`play-${name}`), "aria-pressed", name === side);
  }
}

// The one that is not heard catches up or falls back, so that the switch lands on the same beat.
function keepTogether() {
  const [heard, silent] = side === "after" ? [sides.after, sides.before] : [sides.before, sides.after];
  const apart = heard.currentTime - silent.currentTime;
  heard.playbackRate = 1;
  if (Math.abs(apart) > TOO_FAR_APART_SECONDS) silent.currentTime = heard.currentTime;
  else silent.playbackRate = Math.abs(apart) > 0.005 ? 1 + Math.max(-0.25, Math.min(0.25, apart)) : 1;
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
