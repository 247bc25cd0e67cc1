// The panel: everything it shows comes from the service, everything it does is asked of the service.

import { startBar } from "./bar.js";
import { startChanges } from "./changes.js";
import { startHistory } from "./history.js";
import { startKeys } from "./keys.js";
import { connect, enter } from "./live.js";
import { startMoves } from "./moves.js";
import { startSound } from "./sound.js";
import { startTracks } from "./tracks.js";

const PAGES = ["changes", "moves", "tracks", "sound", "history"];

// On a small screen one part is shown at a time; on a large one all are, and these are jumps.
function turnTo() {
  const wanted = location.hash.slice(1);
  if (PAGES.includes(wanted)) document.body.dataset.page = wanted;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.hash === `#${document.body.dataset.page}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Sticky things below the bar, and jumps, need to know how high it is.
new ResizeObserver(([entry]) => {
  document.documentElement.style.setProperty("--bar", `${Math.round(entry.target.getBoundingClientRect().height)}px`);
}).observe(document.getElementById("bar"));

await enter();
startBar();
startChanges();
startTracks();
startMoves();
startSound();
startHistory();
startKeys();
addEventListener("hashchange", () => {
  turnTo();
  if (matchMedia("(max-width: 960px)").matches) scrollTo(0, 0);
});
turnTo();
connect();
