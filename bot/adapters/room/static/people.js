// Who somebody is: name, initials and colour.

import { h, icon } from "./dom.js";

const TITLES = /^(ms|mr|mrs|mx|dr|prof)\.?$/i;
const CASED = /\p{Lu}|\p{Ll}/u;
const COLOURS = 8;

export function initials(name) {
  const words = name.split(/\s+/).filter((word) => word && !TITLES.test(word));
  const letters = words.map((word) => [...word][0].toUpperCase());
  // Two letters suit scripts with capitals; elsewhere one character says more than two that run together.
  if (letters.length < 2 || !CASED.test(letters[0])) return letters[0] ?? "?";
  return letters[0] + letters.at(-1);
}

export function avatar(room, handle, size = "") {
  if (handle === room.state.bot) return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, icon("laurel"));
  const at = room.state.people.findIndex((person) => person.handle === handle);
  const name = room.state.people[at]?.name ?? handle;
  const colour = `c${at < 0 ? 0 : at % COLOURS}`;
  return h("span", { class: `avatar ${colour} ${size}`, "aria-hidden": "true" }, initials(name));
}

export function nameOf(room, handle) {
  if (handle === room.state.bot) return "Laurel";
  return room.state.people.find((person) => person.handle === handle)?.name ?? handle;
}

export const isTeacher = (room, handle) =>
  room.state.people.some((person) => person.handle === handle && person.role === "teacher");
