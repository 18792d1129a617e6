// What somebody has read, kept by the browser: a message to Sam is new for Sam, whoever this tab was before.

import { mentions } from "./spans.js";

const KEPT = "laurel-read";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // storage can be forbidden, or hold something else
  }
}

/** Everything in the place that is looked at counts as read. */
export function sawAll(room) {
  room.unread.delete(room.place);
  const last = room.here.messages.at(-1)?.number;
  const marks = read();
  const key = `${room.state.me}/${room.place}`;
  if (last === undefined || marks[key] === last) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...marks, [key]: last }));
  } catch {
    // then it is new again next time
  }
}

/** Counts what is new for whoever the tab has just become. A channel never opened before is not all news. */
export function unreadOf(room) {
  const marks = read();
  const unread = new Map();
  for (const [place, { messages }] of Object.entries(room.state.places)) {
    const since = marks[`${room.state.me}/${place}`] ?? (place === "dm" ? 0 : Infinity);
    const fresh = messages.filter((message) => message.number > since && message.author !== room.state.me);
    const me = place === "dm" || fresh.some((message) => mentions(message.shown.text, room.state.me));
    if (fresh.length > 0) unread.set(place, { count: fresh.length, me });
  }
  return unread;
}
