// The passes that stand, the newest first, and the report of the last.

import { find, keepRows, make, setHidden, setText } from "./dom.js";
import { watch } from "./live.js";
import { when } from "./words.js";

export function startHistory() {
  watch((picture, changed) => {
    if (changed.has("state")) setHidden(find("report"), !picture.state.report);
    if (!changed.has("passes")) return;
    keepRows(find("pass-list"), [...picture.passes].reverse(), (row) => `${row.id} ${row.written_at}`, create, update);
    setHidden(find("passes-none"), picture.passes.length > 0);
  });
}

function create() {
  const parts = { label: make("span", { class: "headline" }), at: make("span", { class: "quiet" }), made: make("span", { class: "quiet" }) };
  const element = make("li", {}, make("p", { class: "what" }, parts.label), make("p", { class: "because" }, parts.at, " ", parts.made));
  element.parts = parts;
  return element;
}

function update(element, row) {
  setText(element.parts.label, row.label);
  setText(element.parts.at, when(row.written_at));
  setText(element.parts.made, row.made_of_it);
}
