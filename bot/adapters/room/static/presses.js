// Buttons: pressing them, and where what comes back goes.

import { newEvent, send } from "./api.js";
import { announce } from "./dom.js";
import { plain } from "./spans.js";
import { drawTimeline, focusPrivate, whereabouts } from "./timeline.js";

let order = 0;

/** Gives the number of the newest message: what comes next stands below it. */
export const lastNumber = (room, place) => room.state.places[place].messages.at(-1)?.number ?? 0;

/** Shows a reply that only the caller sees, after a message or instead of an earlier one. */
export function showPrivately(room, reply, { place, asked = "", after = null, slot = "", instead = null }) {
  const list = room.privatesOf(place);
  const fresh = { id: `private-${++order}`, order, reply, asked, slot, after: after ?? lastNumber(room, place) };
  const old = instead ? list.findIndex((one) => one.id === instead) : slot ? list.findIndex((one) => one.slot === slot) : -1;
  if (old >= 0) {
    fresh.after = list[old].after;
    fresh.order = list[old].order;
    list.splice(old, 1, fresh);
  } else list.push(fresh);
  drawTimeline(room);
  announce(`Only for you: ${plain(reply.text)}`);
  return fresh;
}

/** Sends something once, however often it is clicked: the button is busy until the answer is there. */
export async function once(element, act) {
  if (element.getAttribute("aria-disabled") === "true") return undefined;
  element.setAttribute("aria-disabled", "true");
  element.classList.add("busy");
  try {
    return await act();
  } finally {
    element.removeAttribute("aria-disabled");
    element.classList.remove("busy");
  }
}

export async function press(room, element, button, at) {
  const { me } = room.state;
  const place = at.place ?? room.place;
  await once(element, async () => {
    try {
      const body = { as: me, place, event: newEvent(), command: button.command };
      const { reply } = await send("press", body);
      if (me === room.state.me && reply) settle(room, reply, { ...at, place }, button, element);
    } catch (error) {
      failed(room, error, place);
    }
  });
}

export async function awardFor(room, element, message) {
  const { me } = room.state;
  await once(element, async () => {
    try {
      const { reply } = await send("award", { as: me, event: newEvent(), message: message.id });
      if (me === room.state.me && reply) settle(room, reply, { place: message.place, message }, {});
    } catch (error) {
      failed(room, error, message.place);
    }
  });
}

export function failed(room, error, place) {
  const text = [{ is: "text", text: error.message }];
  showPrivately(room, { kind: "broke", text, nodes: [] }, { place, slot: "failed" });
}

/** Puts what came back where it belongs. */
export function settle(room, reply, at, button = {}, element = null) {
  const form = reply.nodes.find((node) => node.is === "form");
  if (form) {
    room.openForm(form, reply, at);
    return;
  }
  if (at.message) {
    const slot = `on-${at.message.id}`;
    showPrivately(room, reply, { place: at.place, after: at.message.number, slot });
    return;
  }
  // Turning a page, choosing among offers, or taking something back leaves nothing to come back to.
  const over = reply.kind === "said" && at.private && (at.turns || (at.inCard && button.style === "danger"));
  const after = room.privatesOf(at.place).find((one) => one.id === at.private)?.after ?? null;
  const pressed = over ? whereabouts(element) : null;
  const fresh = showPrivately(room, reply, { place: at.place, after, instead: over ? at.private : null });
  focusPrivate(fresh.id, pressed);
}
