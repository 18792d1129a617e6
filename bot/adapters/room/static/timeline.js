// The messages of a place: grouped by author and day, each element kept as long as its message is unchanged.

import { ask } from "./api.js";
import { dayKey, dayOf, fullyOf, timeOf } from "./dates.js";
import { byId, h, icon } from "./dom.js";
import { replyNodes } from "./nodes.js";
import { avatar, isTeacher, nameOf } from "./people.js";
import { mentions, spans } from "./spans.js";
import { drawWelcome } from "./welcome.js";

const TOGETHER = 5 * 60 * 1000; // messages of one author within this stand under one name
const MARGIN = 12; // pixels left free around what is scrolled to
const NEAR = 120; // pixels from the end at which a reader still follows along

let drawn = new Map(); // by key: what stands there, and of which version it is
let shownFor = "";

export function drawTimeline(room) {
  const scroller = byId("scroller");
  const fresh = shownFor !== `${room.state.me}/${room.place}`;
  if (fresh) drawn = new Map();
  shownFor = `${room.state.me}/${room.place}`;
  const following = fresh || isNearEnd(scroller);
  const items = itemsOf(room);
  const before = byId("messages").childElementCount;
  put(byId("messages"), items);
  byId("earlier").hidden = !room.here.earlier;
  drawWelcome(room, room.here.messages.length === 0 && room.privatesOf(room.place).length === 0);
  if (following) scrollToEnd();
  else if (items.length > before) byId("newest").hidden = false;
}

function itemsOf(room) {
  const privates = room.privatesOf(room.place);
  const all = [
    ...room.here.messages.map((message) => ({ message, at: message.number, order: 0 })),
    ...privates.map((one) => ({ one, at: one.after, order: one.order })),
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  const items = [];
  let last = null;
  for (const { message, one } of all) {
    if (one) {
      items.push({ key: one.id, version: "0", make: () => privately(room, one) });
      last = null;
      continue;
    }
    const day = dayKey(message.at);
    const newDay = day !== room.lastDay;
    if (newDay) {
      items.push({ key: `day-${day}`, version: "0", make: () => h("li", { class: "day" }, h("span", {}, dayOf(message.at))) });
      room.lastDay = day;
    }
    const follows = !newDay && last?.author === message.author && new Date(message.at) - new Date(last.at) < TOGETHER;
    const version = `${message.changed}/${follows}`;
    items.push({ key: message.id, version, make: () => said(room, message, follows) });
    last = message;
  }
  room.lastDay = undefined;
  return items;
}

/** Makes the list equal to `items`: what is unchanged stays in place, and so does the focus inside it. */
function put(list, items) {
  const kept = new Map();
  let cursor = list.firstElementChild;
  for (const { key, version, make } of items) {
    const there = drawn.get(key);
    let element = there?.element;
    if (!there || there.version !== version) {
      element = make();
      if (there) {
        if (there.element === cursor) cursor = element;
        swap(there.element, element);
      }
    }
    kept.set(key, { element, version });
    if (element === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(element, cursor);
  }
  const wanted = new Set([...kept.values()].map(({ element }) => element));
  for (const element of [...list.children]) if (!wanted.has(element)) element.remove();
  drawn = kept;
}

function swap(old, element) {
  const focusable = "a, button";
  const focused = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  old.replaceWith(element);
  if (focused >= 0) element.querySelectorAll(focusable)[focused]?.focus({ preventScroll: true });
}

function said(room, message, follows) {
  const bot = message.author === room.state.bot;
  const name = nameOf(room, message.author);
  const toMe = mentions(message.shown.text, room.state.me);
  const classes = ["message", follows && "follows", toMe && "to-me", bot && "from-bot"].filter(Boolean).join(" ");
  return h(
    "li",
    { class: classes, id: `m-${message.id}` },
    h("div", { class: "message-side" }, follows ? h("time", { class: "side-time", datetime: message.at, "aria-hidden": "true" }, timeOf(message.at)) : avatar(room, message.author)),
    h(
      "div",
      { class: "message-words" },
      h(
        "p",
        { class: follows ? "meta hidden" : "meta" },
        h("bdi", { class: "author" }, name),
        bot && h("span", { class: "tag" }, "Bot"),
        isTeacher(room, message.author) && h("span", { class: "tag teacher" }, "Teacher"),
        h("time", { datetime: message.at, title: fullyOf(message.at) }, timeOf(message.at)),
      ),
      h("p", { class: "text", dir: "auto" }, spans(room, message.shown.text)),
      replyNodes(room, message.shown, { place: message.place, message }),
    ),
    offersAward(room, message) && h("div", { class: "tools" }, awardButton(room, message)),
  );
}

/** Awards are a teacher's to give, for what the class could see. */
const offersAward = (room, message) =>
  message.author !== room.state.bot && message.place !== "dm" && isTeacher(room, room.state.me);

function awardButton(room, message) {
  const label = "Award for this message";
  const element = h("button", { type: "button", class: "tool", title: label, "aria-label": label }, icon("medal"), h("span", { class: "tool-label" }, label));
  element.addEventListener("click", () => room.award(element, message));
  return element;
}

function privately(room, one) {
  const { reply } = one;
  return h(
    "li",
    { class: `message private ${reply.kind}`, id: one.id, tabindex: "-1" },
    h("div", { class: "message-side" }, avatar(room, room.state.bot)),
    h(
      "div",
      { class: "message-words" },
      h(
        "p",
        { class: "meta" },
        h("bdi", { class: "author" }, "Laurel"),
        h("span", { class: "only-you" }, icon("eye"), "Only you can see this"),
      ),
      one.asked && h("p", { class: "asked", dir: "auto" }, one.asked),
      h("p", { class: "text", dir: "auto" }, reply.kind !== "said" && icon("warn"), h("span", {}, spans(room, reply.text))),
      replyNodes(room, reply, { place: room.place, private: one.id }),
    ),
    h(
      "div",
      { class: "tools always" },
      h("button", { type: "button", class: "tool", "aria-label": "Dismiss", title: "Dismiss", onclick: () => dismiss(room, one) }, icon("close")),
    ),
  );
}

function dismiss(room, one) {
  const list = room.privatesOf(room.place);
  list.splice(list.indexOf(one), 1);
  drawTimeline(room);
  byId("message").focus();
}

/** Says which button of a private reply was pressed, so that the one in its place can be found afterwards. */
export function whereabouts(button) {
  return button && { label: button.textContent, row: titleAround(button) };
}

const titleAround = (button) => button.closest(".row")?.querySelector(".row-title")?.textContent ?? "";

/** Goes to a private reply: to the button that stands for one pressed before, if there is one. */
export function focusPrivate(id, pressed = null) {
  const element = byId(id);
  if (!element) return;
  const buttons = pressed ? [...element.querySelectorAll(".buttons button")] : [];
  const inPlace = buttons.filter((button) => titleAround(button) === pressed.row);
  // Where a row has other buttons now, the row itself is still what was being worked on.
  const next = inPlace.find((button) => button.textContent === pressed.label) ?? (pressed?.row ? inPlace[0] : undefined);
  (next ?? element).focus({ preventScroll: true });
  reveal(element);
}

// -- where the reader is -----------------------------------------------------------------------------------------

const isNearEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

export function scrollToEnd() {
  const scroller = byId("scroller");
  scroller.scrollTop = scroller.scrollHeight;
  byId("newest").hidden = true;
}

/** Scrolls as little as needed; of what is taller than the window, the beginning counts. */
function reveal(element) {
  const scroller = byId("scroller");
  const window = scroller.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  if (box.top < window.top || box.height > window.height) scroller.scrollTop += box.top - window.top - MARGIN;
  else if (box.bottom > window.bottom) scroller.scrollTop += box.bottom - window.bottom + MARGIN;
}

/** Shows the newest private reply from its beginning, and all that fits below it. */
export function scrollToAnswer() {
  const scroller = byId("scroller");
  scrollToEnd();
  const answer = [...byId("messages").querySelectorAll(".private")].at(-1);
  if (answer && answer.offsetHeight > scroller.clientHeight) reveal(answer);
}

export function wireTimeline(room) {
  const scroller = byId("scroller");
  byId("newest").addEventListener("click", () => {
    scrollToEnd();
    byId("message").focus();
  });
  scroller.addEventListener("scroll", () => {
    if (isNearEnd(scroller)) byId("newest").hidden = true;
  });
  byId("earlier").addEventListener("click", async () => {
    const here = room.here;
    const query = { as: room.state.me, place: room.place, before: here.messages[0]?.number ?? 0 };
    const more = await ask("history", query);
    here.messages.unshift(...more.messages);
    here.earlier = more.earlier;
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    drawTimeline(room);
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
  });
}
