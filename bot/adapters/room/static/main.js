// The room: who this tab is, where it looks, and how everything meets.

import { ask } from "./api.js";
import { wireBadges } from "./badges.js";
import { wireComposer } from "./composer.js";
import { announce, byId } from "./dom.js";
import { openForm } from "./forms.js";
import { nameOf } from "./people.js";
import { press, awardFor } from "./presses.js";
import { drawSidebar, narrow, wireMenu } from "./sidebar.js";
import { mentions, plain } from "./spans.js";
import { follow } from "./stream.js";
import { wireTheme } from "./themes.js";
import { drawTimeline, scrollToEnd, wireTimeline } from "./timeline.js";
import { sawAll, unreadOf } from "./unread.js";

const KEPT = "laurel-as";

const room = {
  state: null,
  place: "",
  privates: new Map(), // by person and place: replies that only they see, gone with the tab
  unread: new Map(),
  stop: () => {},

  get here() {
    return this.state.places[this.place];
  },

  /** Gives the private replies of this person in a place. */
  privatesOf(place) {
    const key = `${this.state.me}/${place}`;
    if (!this.privates.has(key)) this.privates.set(key, []);
    return this.privates.get(key);
  },

  press: (element, button, at) => press(room, element, button, at),
  award: (element, message) => awardFor(room, element, message),
  openForm: (form, reply, at) => openForm(room, form, reply, at),

  draw() {
    if (!document.hidden) sawAll(room);
    drawSidebar(room);
    drawTimeline(room);
    const unread = [...room.unread.values()].reduce((sum, one) => sum + one.count, 0);
    const name = room.place === "dm" ? "Laurel" : room.place;
    document.title = `${unread ? `(${unread}) ` : ""}${name} · ${room.state.school}`;
  },

  go(place) {
    if (place === room.place) return;
    room.turn(place);
    remember("push");
    beginWriting();
  },

  turn(place) {
    room.place = place;
    room.composer.turnTo();
    room.draw();
    scrollToEnd();
  },

  async become(handle) {
    room.composer.keepDraft();
    if (!(await arrive(handle, room.place))) return;
    remember("push");
    beginWriting();
    announce(`You are now ${nameOf(room, room.state.me)}.`);
  },

  /** A message was posted or edited, somewhere. */
  take(message) {
    const place = room.state.places[message.place];
    if (!place) return;
    const at = place.messages.findIndex((one) => one.id === message.id);
    if (at >= 0) {
      if (place.messages[at].changed < message.changed) place.messages[at] = message;
    } else if (place.earlier && message.number < (place.messages[0]?.number ?? 0)) {
      return; // an edit of something further up than this tab has looked
    } else {
      place.messages.push(message);
      place.messages.sort((one, other) => one.number - other.number);
      heard(message);
    }
    room.draw();
  },
};

/** Where the menu is a drawer, its closing says where the focus goes, and no keyboard covers what was come for. */
function beginWriting() {
  if (!narrow.matches) byId("message").focus({ preventScroll: true });
}

function heard(message) {
  if (message.author === room.state.me) return;
  const words = plain(message.shown.text);
  if (message.place !== room.place || document.hidden) {
    const before = room.unread.get(message.place) ?? { count: 0, me: false };
    const me = before.me || message.place === "dm" || mentions(message.shown.text, room.state.me);
    room.unread.set(message.place, { count: before.count + 1, me });
  }
  const where = message.place === room.place ? "" : ` in ${message.place === "dm" ? "direct messages" : message.place}`;
  announce(`${nameOf(room, message.author)}${where}: ${words}`);
}

/** Turns this tab to a person and a place; false if the room does not answer. */
async function arrive(handle, place) {
  let state;
  try {
    state = await ask("state", { as: handle });
  } catch (error) {
    byId("trouble").textContent = error.message;
    byId("trouble").hidden = false;
    return false;
  }
  byId("trouble").hidden = true;
  room.stop();
  room.state = state;
  const places = Object.keys(room.state.places);
  room.place = places.includes(place) ? place : places[0];
  room.unread = unreadOf(room);
  room.composer.turnTo();
  room.draw();
  scrollToEnd();
  room.stop = follow(room);
  return true;
}

/** The address names the tab's person, so that it can be bookmarked and a reload stays who it was. */
function remember(how) {
  const address = `/room?${new URLSearchParams({ as: room.state.me, in: room.place })}`;
  const entry = { as: room.state.me, in: room.place };
  if (how === "push") history.pushState(entry, "", address);
  else history.replaceState(entry, "", address);
  try {
    sessionStorage.setItem(KEPT, room.state.me);
  } catch {
    // a tab that may not keep anything still has its address
  }
}

function keptPerson() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

async function begin() {
  wireTheme();
  wireMenu();
  wireTimeline(room);
  room.composer = wireComposer(room);
  wireBadges(room);
  const query = new URLSearchParams(location.search);
  while (!(await arrive(query.get("as") ?? keptPerson(), query.get("in") ?? ""))) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  remember("replace");
  room.composer.ready();
  addEventListener("popstate", async (event) => {
    const entry = event.state;
    if (!entry) return;
    if (entry.as !== room.state.me) await arrive(entry.as, entry.in);
    else room.turn(entry.in);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && room.unread.has(room.place)) room.draw();
  });
  byId("message").focus({ preventScroll: true });
}

begin();
