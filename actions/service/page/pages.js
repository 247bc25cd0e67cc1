// The parts of the panel: on a small screen one is shown at a time; on a large one all are, and these are jumps.

import { find } from "./dom.js";

const small = matchMedia("(max-width: 960px)");

export function startPages() {
  for (const link of document.querySelectorAll("#pages a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      turnTo(link.hash.slice(1));
    });
  }
  mark();
}

export function turnTo(part) {
  document.body.dataset.page = part;
  mark();
  if (small.matches) scrollTo(0, 0);
  else find(part).scrollIntoView({ block: "start" });
}

function mark() {
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.hash === `#${document.body.dataset.page}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
