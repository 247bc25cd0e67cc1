// Keys for hands that are busy. They can be switched off, for those who speak to their computer.

import { press, toggleHearing } from "./bar.js";
import { focusedChange, moveFocus, toggleAlone, toggleKept } from "./changes.js";
import { find, make } from "./dom.js";
import { turnTo } from "./pages.js";
import { playOrPause, switchSide } from "./sound.js";

const onChange = (act) => () => {
  const change = focusedChange();
  if (change) act(change);
};
const goTo = (part) => () => turnTo(part);

// key, how it is shown, what it does, and the doing
const TABLE = [
  ["m", "M", "Mix all", () => press("mix_all")],
  ["s", "S", "Mix selected", () => press("mix_selected")],
  ["a", "A", "Analyse only", () => press("analyse")],
  ["b", "B", "Hear before, or after", () => switchSide() || toggleHearing()],
  ["u", "U", "Take back", () => press("take_back")],
  ["r", "R", "Redo", () => press("redo")],
  ["Escape", "Esc", "Cancel what is under way", () => press("cancel")],
  ["j", "J", "Next change", () => moveFocus(1)],
  ["k", "K", "Previous change", () => moveFocus(-1)],
  ["x", "X", "Drop or keep the change", onChange(toggleKept)],
  ["o", "O", "Hear the change alone, or all", onChange(toggleAlone)],
  ["/", "/", "Find a change", () => find("filter-text").focus()],
  ["p", "P", "Play or pause", playOrPause],
  ["1", "1", "Changes", goTo("changes")],
  ["2", "2", "Moves", goTo("moves")],
  ["3", "3", "Tracks", goTo("tracks")],
  ["4", "4", "Sound", goTo("sound")],
  ["5", "5", "Passes", goTo("history")],
  ["?", "?", "These keys", () => find("keys").showModal()],
];

export function startKeys() {
  find("key-list").append(...TABLE.map(([, sign, words]) => make("div", {}, make("dt", {}, make("kbd", {}, sign)), make("dd", {}, words))));
  find("help").addEventListener("click", () => find("keys").showModal());
  const on = find("keys-on");
  on.checked = localStorage.getItem("first-pass-keys") !== "off";
  on.addEventListener("change", () => {
    localStorage.setItem("first-pass-keys", on.checked ? "on" : "off");
    document.body.classList.toggle("no-keys", !on.checked);
  });
  document.body.classList.toggle("no-keys", !on.checked);
  document.addEventListener("keydown", act);
}

function act(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || find("keys").open) return;
  const isWriting = event.target.matches("input[type=search], select, textarea");
  if (isWriting && event.key === "Escape") event.target.blur();
  if (isWriting || !find("keys-on").checked) return;
  const row = TABLE.find(([key]) => key === event.key || key === event.key.toLowerCase());
  if (!row) return;
  event.preventDefault();
  row[3]();
}
