// The list of changes: the most important first, each with its reason, to be kept, dropped or heard alone.

import { find, keepRows, make, setAttribute, setHidden, setText } from "./dom.js";
import { ask, live, watch } from "./live.js";
import { title } from "./words.js";

const FIRST = 25;
let showsAll = false;

export function startChanges() {
  for (const id of ["filter-text", "filter-stage", "filter-track", "filter-status"]) {
    find(id).addEventListener("input", () => show(live.picture, new Set(["changes"])));
  }
  find("changes-more").addEventListener("click", showAll);
  watch(show);
}

function showAll() {
  showsAll = true;
  show(live.picture, new Set(["changes"]));
}

// Keys work on the change that has the focus.
export function focusedChange() {
  return document.activeElement?.closest("#change-list > li") ?? null;
}

export function moveFocus(step) {
  const at = [...find("change-list").children].indexOf(focusedChange());
  if (at + step >= FIRST && !showsAll) showAll();
  const rows = [...find("change-list").children];
  if (!rows.length) return;
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

export function toggleKept(element) {
  const { row, parts } = element;
  if (!parts.drop.disabled) ask(row.status === "accepted" ? "reject" : "accept", { change: row.address }, parts.drop);
}

export function toggleAlone(element) {
  const { row, parts } = element;
  if (!parts.alone.disabled) ask("solo", { change: row.address, on: !row.is_alone }, parts.alone);
}

function show(picture, changed) {
  if (!picture || !changed.has("changes")) return;
  const { changes } = picture;
  fillFilter(find("filter-stage"), changes.map((row) => [row.stage, title(row.stage)]));
  fillFilter(find("filter-track"), changes.map((row) => [row.track_id, row.track]));
  const seen = changes.filter(passesFilters);
  keepRows(find("change-list"), showsAll ? seen : seen.slice(0, FIRST), (row) => row.address, create, update);
  setHidden(find("changes-more"), showsAll || seen.length <= FIRST);
  setText(find("changes-more"), `Show all ${seen.length}`);
  const dropped = changes.filter((row) => row.status === "rejected").length;
  const counted = seen.length === changes.length ? `${changes.length}` : `${seen.length} of ${changes.length}`;
  setText(find("changes-count"), changes.length ? counted + (dropped ? `, ${dropped} dropped` : "") : "");
  setHidden(find("changes-none"), changes.length > 0);
  const alone = changes.find((row) => row.is_alone);
  setHidden(find("alone-note"), !alone);
  if (alone) setText(find("alone-note"), `You hear one change alone: ${headline(alone)}`);
}

function passesFilters(row) {
  const words = find("filter-text").value.trim().toLowerCase();
  const [stage, track, status] = ["filter-stage", "filter-track", "filter-status"].map((id) => find(id).value);
  return (
    (!stage || row.stage === stage) &&
    (!track || row.track_id === track) &&
    (!status || row.status === status) &&
    (!words || `${row.track} ${row.text} ${row.reason}`.toLowerCase().includes(words))
  );
}

function fillFilter(select, pairs) {
  const wanted = new Map(pairs.filter(([value]) => value));
  const known = [...select.options].slice(1).map((option) => `${option.value}\n${option.text}`);
  if (known.join("\n\n") === [...wanted].map((pair) => pair.join("\n")).join("\n\n")) return;
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...[...wanted].map(([value, text]) => new Option(text, value)));
  select.value = wanted.has(chosen) ? chosen : "";
}

const headline = (row) => (row.track ? `${row.track}: ${row.text}` : row.text);

function create() {
  const parts = {
    number: make("span", { class: "rank", "aria-hidden": "true" }),
    track: make("span", { class: "who" }),
    text: make("span", { class: "headline" }),
    badge: make("span", { class: "badge" }),
    reason: make("p", { class: "because" }),
    drop: make("button", { type: "button", class: "small" }),
    alone: make("button", { type: "button", class: "small" }, "Alone"),
  };
  const element = make(
    "li",
    { tabIndex: -1 },
    parts.number,
    make("div", { class: "what" }, make("p", {}, parts.track, " ", parts.text, " ", parts.badge), parts.reason),
    make("div", { class: "acts" }, parts.drop, parts.alone),
  );
  element.parts = parts;
  parts.drop.addEventListener("click", () => toggleKept(element));
  parts.alone.addEventListener("click", () => toggleAlone(element));
  return element;
}

function update(element, row) {
  const { parts } = element;
  const isDropped = row.status === "rejected";
  setText(parts.number, String(live.picture.changes.indexOf(row) + 1));
  setText(parts.track, row.track);
  setText(parts.text, row.text);
  setText(parts.reason, row.reason);
  setText(parts.badge, row.is_theirs ? "yours now" : isDropped ? "dropped" : "");
  setText(parts.drop, isDropped ? "Keep" : "Drop");
  setAttribute(parts.drop, "aria-label", `${isDropped ? "Keep" : "Drop"}: ${headline(row)}`);
  setAttribute(parts.alone, "aria-label", `Alone: ${headline(row)}`);
  setAttribute(parts.alone, "aria-pressed", row.is_alone);
  parts.drop.disabled = parts.alone.disabled = row.is_theirs;
  element.dataset.is = row.is_theirs ? "theirs" : row.status;
}
