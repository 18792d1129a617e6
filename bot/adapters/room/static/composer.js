// Writing: one field that grows, sends on Enter, keeps a draft for each person and place.

import { newEvent, send } from "./api.js";
import { wireCompletion } from "./completion.js";
import { byId } from "./dom.js";
import { isTeacher } from "./people.js";
import { failed, lastNumber, once, settle, showPrivately } from "./presses.js";
import { scrollToAnswer } from "./timeline.js";

const TALLEST = 180;

export function wireComposer(room) {
  const field = byId("message");
  const drafts = new Map();
  let unsent = null; // what could not be sent, with its event: pressing Enter again is the same event
  let lastSaid = "";
  let hasty = false; // Enter came before the room was there
  let key = "";
  const completion = wireCompletion(room, field);

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
  }

  function set(text) {
    field.value = text;
    grow();
    byId("send").classList.toggle("ready", text.trim() !== "");
  }

  async function say() {
    const text = field.value.trim();
    if (!text) return;
    if (!room.state) {
      hasty = true;
      return;
    }
    const { me } = room.state;
    const { place } = room;
    const asKey = `${me}/${place}/${text}`;
    const after = lastNumber(room, place); // the class's card may be faster than the answer, and belongs below it
    const event = unsent?.key === asKey ? unsent.event : newEvent();
    completion.close();
    try {
      const { reply, number } = await send("send", { as: me, place, event, text });
      unsent = null;
      lastSaid = text;
      if (field.value.trim() === text) set("");
      if (me !== room.state.me || !reply) return;
      if (number) answer(reply, place, "", number);
      else answer(reply, place, text, after);
    } catch (error) {
      unsent = { key: asKey, event };
      failed(room, error, place);
    }
  }

  function answer(reply, place, text, after) {
    if (reply.nodes.some((node) => node.is === "form")) settle(room, reply, { place });
    else showPrivately(room, reply, { place, asked: text, after });
    if (place === room.place) scrollToAnswer();
  }

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    once(byId("send"), say);
    field.focus();
  });
  field.addEventListener("input", () => set(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.keydown(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      once(byId("send"), say);
    } else if (event.key === "ArrowUp" && field.value === "" && lastSaid) {
      event.preventDefault();
      set(lastSaid);
    }
  });
  document.addEventListener("keydown", (event) => {
    // A slash from anywhere begins a command, unless something else is being typed.
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (field.value === "") set("/");
    field.focus();
    completion.look();
  });

  const composer = {
    keepDraft() {
      if (key) drafts.set(key, field.value);
    },
    /** Another person or place: its own draft, its own example. */
    turnTo() {
      composer.keepDraft();
      const early = key ? "" : field.value; // typed before the room was there
      key = `${room.state.me}/${room.place}`;
      set(drafts.get(key) ?? early);
      completion.close();
      const where = room.place === "dm" ? "Ask Laurel" : `Write to #${room.place}`;
      const example = isTeacher(room, room.state.me) ? "/award @sam Peer Mentoring for …" : "/goals add Academic Writing by Friday";
      field.placeholder = matchMedia("(max-width: 760px)").matches ? `${where}, or type /` : `${where}, or try ${example}`;
    },
    /** The room is there: what was sent before goes out now. */
    ready() {
      if (hasty) once(byId("send"), say);
      hasty = false;
    },
    fill(text) {
      set(text);
      field.focus();
      field.setSelectionRange(text.length, text.length);
      completion.close();
    },
  };
  return composer;
}
