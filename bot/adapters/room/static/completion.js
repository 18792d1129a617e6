// What could be meant while typing: a list that arrows, Tab and Enter work, and that never takes the focus.

import { ask } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { avatar } from "./people.js";

const PAUSE = 70;
const SEEN = 300; // milliseconds that a suggestion must have stood there before Enter takes it: nobody reads faster
const TITLES = { command: "Commands", person: "People", group: "People", badge: "Badges" };
const WANTED = /^\/|(^|[\s([{,;])@[\p{L}\p{N}\p{M}_-]*$/u;

export function wireCompletion(room, field) {
  const box = byId("suggestions");
  const list = byId("options");
  let found = [];
  let foundFor = ""; // the text that `found` continues: the list may lag behind fast fingers
  let chosen = -1;
  let meant = false; // chosen by an arrow, not only offered
  let since = 0; // when the chosen one began to be offered
  let asking = null;
  let timer = 0;

  const textSoFar = () => field.value.slice(0, field.selectionStart);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    found = [];
    chosen = -1;
    box.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(index, { byArrow = false, offered = performance.now() } = {}) {
    chosen = index;
    meant = byArrow;
    since = offered;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    const option = list.children[chosen];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const one = found[index];
    const before = field.value.slice(0, one.start);
    const after = field.value.slice(field.selectionStart);
    field.value = before + one.insert + after.replace(one.insert.endsWith(" ") ? /^\s+/ : /^$/, "");
    const caret = before.length + one.insert.length;
    field.setSelectionRange(caret, caret);
    field.focus();
    close();
    field.dispatchEvent(new Event("input"));
  }

  function draw(before) {
    if (found.length === 0) return close();
    const same = before !== undefined && before.insert === found[0].insert; // offered all along
    byId("suggestions-title").textContent = TITLES[found[0].kind];
    list.replaceChildren(
      ...found.map((one, at) =>
        h(
          "li",
          { class: "option", role: "option", id: `option-${at}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => take(at), onmousemove: () => chosen !== at && choose(at) },
          mark(one),
          h("bdi", { class: one.kind === "command" ? "option-label command" : "option-label" }, one.label),
          h("span", { class: "option-detail", dir: "auto" }, one.detail),
        ),
      ),
    );
    box.hidden = false;
    field.setAttribute("aria-expanded", "true");
    choose(0, same ? { offered: since } : {});
    return undefined;
  }

  function mark(one) {
    if (one.kind === "person") return avatar(room, one.handle, "small");
    const name = { command: "slash", group: "people", badge: "medal" }[one.kind];
    return h("span", { class: "option-mark" }, icon(name));
  }

  async function look() {
    const text = textSoFar();
    asking?.abort();
    if (!room.state || !WANTED.test(text)) return close();
    asking = new AbortController();
    try {
      const answer = await ask("complete", { as: room.state.me, place: room.place, text }, asking.signal);
      if (text !== textSoFar()) return undefined;
      const before = found[chosen];
      found = answer;
      foundFor = text;
      draw(before);
    } catch {
      // A newer question took this one's place, or the room is away: typing goes on without the list.
    }
    return undefined;
  }

  async function takeFirst() {
    await look();
    if (found.length > 0 && foundFor === textSoFar()) take(0);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  field.addEventListener("blur", close);

  return {
    close,
    look,
    /** Gives true if the key was for the list. */
    keydown(event) {
      if (event.key === "Escape") {
        const open = found.length > 0;
        close(); // what was asked already must not open the list any more
        if (open) event.preventDefault();
        return open;
      }
      if (found.length === 0) return false;
      const fresh = foundFor === textSoFar();
      if (event.key === "ArrowDown") choose((chosen + 1) % found.length, { byArrow: true });
      else if (event.key === "ArrowUp") choose((chosen + found.length - 1) % found.length, { byArrow: true });
      else if (event.key === "Tab" && !event.shiftKey && chosen >= 0) fresh ? take(chosen) : takeFirst();
      else if (event.key === "Enter" && !event.shiftKey && fresh && wanted(found[chosen])) take(chosen);
      else return false;
      event.preventDefault();
      return true;
    },
  };

  /** Enter sends what is typed, unless an arrow chose the suggestion, or it goes on what is typed and could be read. */
  function wanted(one) {
    const typed = folded(field.value.slice(one.start, field.selectionStart));
    const whole = folded(one.kind === "badge" ? one.label : one.insert);
    if (typed === whole) return false;
    if (meant) return true;
    const names = [whole, ...(one.kind === "person" ? [one.label, ...one.label.split(" ")].map((name) => `@${folded(name)}`) : [])];
    return typed !== "" && performance.now() - since >= SEEN && names.some((name) => name.startsWith(typed));
  }
}

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase();
