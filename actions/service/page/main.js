// The panel: everything it shows comes from the service, everything it does is asked of the service.

import { startBar } from "./bar.js";
import { startChanges } from "./changes.js";
import { startGuests } from "./guests.js";
import { startHistory } from "./history.js";
import { startKeys } from "./keys.js";
import { connect, enter, isToken } from "./live.js";
import { startMoves } from "./moves.js";
import { startPages } from "./pages.js";
import { startSound } from "./sound.js";
import { startTracks } from "./tracks.js";

// Sticky things below the bar, and jumps, need to know how high it is.
new ResizeObserver(([entry]) => {
  document.documentElement.style.setProperty("--bar", `${Math.round(entry.target.getBoundingClientRect().height)}px`);
}).observe(document.getElementById("bar"));

// A new link that is opened in this very tab changes only what stands behind the #.
addEventListener("hashchange", () => {
  if (isToken(location.hash)) location.reload();
});

await enter();
startBar();
startChanges();
startTracks();
startMoves();
startSound();
startHistory();
startGuests();
startKeys();
startPages();
connect();
