// The live line: everything new or changed, and finding back after an interruption.

import { ask } from "./api.js";
import { byId } from "./dom.js";

// A browser opens six connections to one server, for all tabs together. So only this many tabs are on the line,
// and any further ones ask every second: seven people in seven windows must not wait for each other.
const LINES = 4;
const ASK_EVERY = 1000;
const PATIENCE = 2500;

/** Follows from where the tab's state ends; gives what ends it. */
export function follow(room) {
  const as = room.state.me;
  const trouble = byId("trouble");
  let last = room.state.since;
  let ended = false;
  let source = null;
  let release = null;
  let late = 0;

  function well() {
    clearTimeout(late);
    late = 0;
    trouble.hidden = true;
  }

  function away() {
    // The browser tries again by itself; a short gap need not worry anybody.
    late ||= setTimeout(() => {
      trouble.textContent = "The room does not answer just now. Messages will appear when it is back.";
      trouble.hidden = false;
    }, PATIENCE);
  }

  function listen() {
    source = new EventSource(`/room/stream?${new URLSearchParams({ as, since: last })}`);
    source.addEventListener("open", well);
    source.addEventListener("message", (event) => {
      last = Number(event.lastEventId);
      room.take(JSON.parse(event.data));
    });
    source.addEventListener("anew", anew);
    source.addEventListener("error", () => {
      away();
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null; // it was told no: once more, from the beginning
      setTimeout(() => ended || listen(), PATIENCE);
    });
  }

  async function askAgain() {
    try {
      const news = await ask("news", { as, since: last });
      if (ended) return;
      well();
      if (news.anew) anew();
      news.messages.forEach((message) => room.take(message));
      last = news.since;
    } catch {
      away();
    }
    setTimeout(go, ASK_EVERY);
  }

  async function go() {
    release ??= await takeLine();
    if (ended) release?.();
    else if (release) listen();
    else askAgain();
  }

  go();
  return () => {
    ended = true;
    clearTimeout(late);
    source?.close();
    source = null;
    release?.();
  };
}

/** Another database than this tab has seen: nothing here is true any more. */
const anew = () => location.reload();

/** Takes a line if one is free, and gives what frees it; the browser does so when the tab closes. */
async function takeLine() {
  if (!navigator.locks) return () => {};
  for (let number = 0; number < LINES; number++) {
    const release = await new Promise((resolve) => {
      navigator.locks.request(`laurel-line-${number}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise((free) => resolve(free));
      });
    });
    if (release) return release;
  }
  return null;
}
