// The tracks: who each is, whether a pass may change it, and whether it is locked.

import { find, keepRows, make, setAttribute, setHidden, setText } from "./dom.js";
import { ask, live, watch } from "./live.js";
import { percent, title } from "./words.js";

const SURE = 0.8;
const UNSURE = 0.5;

export function startTracks() {
  watch((picture, changed) => {
    if (!changed.has("tracks")) return;
    const { tracks } = picture;
    keepRows(find("track-list"), tracks, (row) => row.id, create, update);
    setHidden(find("tracks-none"), tracks.length > 0);
    setText(find("tracks-count"), tracks.length ? String(tracks.length) : "");
  });
}

function create(row) {
  const parts = {
    name: make("span", { class: "who" }),
    sure: make("span", { class: "quiet sure" }),
    role: make("select", { class: "role" }),
    include: make("button", { type: "button", class: "small include" }),
    lock: make("button", { type: "button", class: "small" }, "Lock"),
  };
  const element = make(
    "li",
    { tabIndex: -1 },
    make("p", { class: "what" }, parts.name),
    make("div", { class: "is" }, parts.role, parts.sure),
    make("div", { class: "acts" }, parts.include, parts.lock),
  );
  element.parts = parts;
  // seventy roles for every track would be thousands of elements: they come when somebody wants to choose
  for (const event of ["focus", "pointerdown"]) parts.role.addEventListener(event, () => fillRoles(parts.role));
  parts.role.addEventListener("change", () => ask("role", { track: row.id, role: parts.role.value }, parts.role));
  parts.role.addEventListener("settled", () => update(element, element.row));
  parts.include.addEventListener("click", () =>
    ask("include", { track: row.id, on: !element.row.is_included }, parts.include),
  );
  parts.lock.addEventListener("click", () => ask("lock", { track: row.id, on: !element.row.is_locked }, parts.lock));
  return element;
}

function fillRoles(select) {
  if (select.isFilled) return;
  select.isFilled = true;
  const chosen = select.value;
  const families = new Map();
  for (const [role, name, family] of live.fixed.roles) {
    if (!families.has(family)) families.set(family, make("optgroup", { label: family === "none" ? "Other" : title(family) }));
    families.get(family).append(new Option(name, role));
  }
  select.replaceChildren(...families.values());
  select.value = chosen;
}

function update(element, row) {
  const { parts } = element;
  setText(parts.name, row.name || "No name");
  if (!parts.role.isFilled && parts.role.value !== row.role) parts.role.replaceChildren(new Option(row.role_title, row.role));
  if (parts.role.value !== row.role && !parts.role.waiting) parts.role.value = row.role;
  setAttribute(parts.role, "aria-label", `Role of ${row.name}`);
  const sure = row.confidence_ratio >= SURE ? "sure" : row.confidence_ratio >= UNSURE ? "likely" : "unsure";
  setText(parts.sure, `${percent(row.confidence_ratio)} sure`);
  parts.sure.dataset.is = sure;
  setText(parts.include, row.is_included ? "In the pass" : "Left out");
  setAttribute(parts.include, "aria-pressed", row.is_included);
  setAttribute(parts.include, "aria-label", `In the pass: ${row.name}`);
  setAttribute(parts.lock, "aria-pressed", row.is_locked);
  setText(parts.lock, row.is_locked ? "Locked" : "Lock");
  setAttribute(parts.lock, "aria-label", `Lock: ${row.name}`);
  element.dataset.is = row.is_locked ? "locked" : row.is_included ? "" : "out";
}
