// The connection: the picture as the service has it, kept up to date, and orders on their way.

const AGAIN_MS = [250, 500, 1000, 2000, 4000];

export const live = {
  picture: null,
  fixed: null,
  isConnected: false,
  watchers: [],
  connectionWatchers: [],
  replyWatchers: [],
};

let socket = null;
let attempts = 0;
let count = 0;
const waiting = new Map();

// Calls somebody with the picture and the set of what is new in it.
export function watch(watcher) {
  live.watchers.push(watcher);
}

// Asks for something; a control that is given shows that it was pressed until the answer is there.
export function ask(verb, options = {}, control = null) {
  if (!live.isConnected) return false;
  const id = String(++count);
  if (control) {
    control.setAttribute("aria-busy", "true");
    control.waiting = (control.waiting ?? 0) + 1;
  }
  waiting.set(id, control);
  socket.send(JSON.stringify({ do: verb, options, id }));
  if (verb === "cancel") settle(id);
  return true;
}

function settle(id) {
  const control = waiting.get(id);
  waiting.delete(id);
  if (!control) return;
  control.waiting -= 1;
  if (control.waiting > 0) return;
  control.removeAttribute("aria-busy");
  control.dispatchEvent(new Event("settled"));
}

export const isToken = (hash) => hash.length > 40;

export async function enter() {
  if (!isToken(location.hash)) return;
  const token = location.hash.slice(1);
  // the token leaves the address bar before anybody can read it there
  history.replaceState(null, "", location.pathname);
  await fetch("enter", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  }).catch(() => null);
}

export function connect() {
  socket = new WebSocket(`ws://${location.host}${location.pathname}live`);
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = lost;
}

async function lost() {
  for (const id of [...waiting.keys()]) settle(id);
  const wasConnected = live.isConnected;
  live.isConnected = false;
  if (wasConnected) attempts = 0;
  tellConnection("lost");
  if (await isShutOut()) {
    tellConnection("shut");
    return;
  }
  const pause = AGAIN_MS[Math.min(attempts, AGAIN_MS.length - 1)];
  attempts += 1;
  setTimeout(connect, pause);
}

// A browser does not say why a WebSocket was refused; a plain request does.
async function isShutOut() {
  try {
    return (await fetch("pictures", { method: "HEAD", cache: "no-store" })).status === 403;
  } catch {
    return false;
  }
}

function tellConnection(state) {
  for (const watcher of live.connectionWatchers) watcher(state);
}

function take(told) {
  if (told.refused || told.done) {
    const reply = told.refused ?? told.done;
    settle(reply.id);
    for (const watcher of live.replyWatchers) watcher(reply, Boolean(told.refused));
    return;
  }
  if (told.full) {
    live.fixed = told.fixed;
    live.picture = told.full;
    live.isConnected = true;
    attempts = 0;
    tellConnection("connected");
    tell(new Set([...Object.keys(told.full), "fixed"]));
    return;
  }
  const changed = new Set();
  for (const [name, value] of Object.entries(told.set ?? {})) {
    live.picture[name] = value;
    changed.add(name);
  }
  for (const [name, rows] of Object.entries(told.rows ?? {})) {
    for (const [index, row] of rows) live.picture[name][index] = row;
    changed.add(name);
  }
  if (changed.size) tell(changed);
}

function tell(changed) {
  for (const watcher of live.watchers) watcher(live.picture, changed);
}
