// Tablets that ask to be let in, shown at the desk alone.

import { find, setHidden, setText } from "./dom.js";
import { ask, live, watch } from "./live.js";

const declined = new Set();

export function startGuests() {
  find("let-in").addEventListener("click", (event) => ask("let_in", { ip: next(live.picture.asking) }, event.currentTarget));
  find("not-now").addEventListener("click", () => {
    declined.add(next(live.picture.asking));
    show(live.picture.asking);
  });
  find("let-nobody-in").addEventListener("click", (event) => ask("let_nobody_in", {}, event.currentTarget));
  watch((picture, changed) => {
    if (changed.has("asking")) show(picture.asking);
  });
}

const next = ({ waiting = [] }) => waiting.find((ip) => !declined.has(ip));

function show(asking) {
  const ip = next(asking);
  setHidden(find("asking"), !ip);
  if (ip) setText(find("asking-words"), `A tablet at ${ip} asks to be let in.`);
  const known = asking.let_in ?? [];
  setHidden(find("tablets"), known.length === 0);
  setText(find("tablets-words"), `Let in: ${known.join(", ")}.`);
}
