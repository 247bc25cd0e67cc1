// What is always in sight: the state, how far the work is, and the few buttons one needs in a hurry.

import { find, setAttribute, setHidden, setText } from "./dom.js";
import { ask, live, watch } from "./live.js";
import { title } from "./words.js";

const WORDS = {
  mix_all: "Mixing all tracks",
  mix_selected: "Mixing the selected tracks",
  analyse: "Analysing",
  take_back: "Taking back",
  redo: "Writing again",
  preview: "Rendering before and after",
  hear: "Switching",
  nudge: "Moving",
  amount: "Changing the amount",
};
const CONNECTION = {
  connecting: "Connecting…",
  connected: "Live",
  lost: "Connection lost, trying again…",
  shut: "Not let in",
};

export function startBar() {
  for (const button of document.querySelectorAll("button[data-do]")) {
    button.addEventListener("click", () => press(button.dataset.do, button));
  }
  find("hear-before").addEventListener("click", (event) => ask("hear", { side: "before" }, event.currentTarget));
  find("hear-after").addEventListener("click", (event) => ask("hear", { side: "after" }, event.currentTarget));
  live.connectionWatchers.push(showConnection);
  live.replyWatchers.push((reply, isRefused) => {
    if (isRefused) setText(find("status"), reply.sentence);
  });
  watch(show);
}

export function press(verb, control = null) {
  const button = control ?? document.querySelector(`button[data-do="${verb}"]`);
  if (button?.disabled) return;
  // the first answer is ours: what was pressed shows at once
  if (ask(verb, {}, button) && verb in WORDS && !live.picture?.state.doing) setText(find("status"), `${WORDS[verb]}…`);
}

export function toggleHearing() {
  const side = live.picture?.hearing === "before" ? "after" : "before";
  const button = find(`hear-${side}`);
  if (!button.disabled) ask("hear", { side }, button);
}

function showConnection(state) {
  document.body.dataset.connection = state;
  setText(find("connection"), CONNECTION[state]);
  setHidden(find("gate"), state !== "shut");
  if (state !== "connected") {
    for (const control of document.querySelectorAll("#bar button[data-do], #bar .pair button")) control.disabled = true;
  }
}

function show(picture, changed) {
  if (!["state", "hearing", "passes"].some((name) => changed.has(name))) return;
  const { state, hearing, passes } = picture;
  setText(find("project"), state.project);
  document.title = state.doing ? `${Math.round(100 * state.progress_ratio)} % · First Pass` : "First Pass";
  document.body.dataset.state = state.name;
  setText(find("status"), sentence(state));
  setText(find("detail"), detail(state));
  showStages(state);
  const isWorking = Boolean(state.doing);
  find("progress").value = isWorking ? state.progress_ratio : 0;
  const stands = passes.length > 0 || Boolean(state.last_pass);
  find("mix-all").disabled = false;
  find("cancel").disabled = !isWorking && state.waiting.length === 0;
  find("take-back").disabled = !stands && hearing !== "before";
  find("redo").disabled = false;
  for (const side of ["before", "after"]) {
    const button = find(`hear-${side}`);
    button.disabled = !stands && hearing !== "before";
    setAttribute(button, "aria-pressed", side === "before" ? hearing === "before" : stands && hearing !== "before");
  }
}

function sentence(state) {
  if (state.error) return state.error;
  const doing = state.doing || state.waiting[0];
  if (doing) return `${WORDS[doing] ?? title(doing)}…`;
  if (state.name !== "ready") return state.sentence;
  return state.result || state.sentence;
}

function detail(state) {
  const parts = [];
  if (state.doing && state.stage) parts.push(state.track ? `${title(state.stage)}: ${state.track}` : title(state.stage));
  const waiting = state.doing ? state.waiting : state.waiting.slice(1);
  if (waiting.length) parts.push(`then: ${waiting.map((verb) => title(verb).toLowerCase()).join(", ")}`);
  if (state.notice) parts.push(state.notice);
  return parts.join(" · ");
}

function showStages(state) {
  const steps = [...find("stages").children];
  const reached = state.doing ? steps.findIndex((step) => step.dataset.stage === state.name) : -1;
  steps.forEach((step, index) => {
    step.dataset.is = reached < 0 ? "" : index < reached ? "done" : index === reached ? "now" : "";
    if (index === reached) setAttribute(step, "aria-current", "step");
    else step.removeAttribute("aria-current");
  });
}
