// The side: places with what is unread, and the people this tab can be.

import { byId, h, icon } from "./dom.js";
import { avatar, nameOf } from "./people.js";

export function drawSidebar(room) {
  const focused = byId("sidebar").contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  byId("channels").replaceChildren(...room.state.channels.map((channel) => place(room, channel.name, h("span", { class: "hash", "aria-hidden": "true" }, "#"), channel.name)));
  byId("directs").replaceChildren(place(room, "dm", avatar(room, room.state.bot, "small"), "Laurel"));
  byId("people").replaceChildren(...room.state.people.map((person) => somebody(room, person)));
  const channel = room.state.channels.find((one) => one.name === room.place);
  byId("title").replaceChildren(
    channel ? h("span", { class: "hash", "aria-hidden": "true" }, "#") : avatar(room, room.state.bot, "small"),
    h("bdi", {}, channel ? channel.name : "Laurel"),
  );
  byId("about").textContent = channel ? channel.about : `Between ${nameOf(room, room.state.me)} and Laurel alone`;
  byId("crowd").replaceChildren(
    ...(channel ? room.state.people.map((person) => avatar(room, person.handle, "small")) : []),
  );
  // Everything here is new, and news come at any moment: whoever stands on a link goes on standing there.
  if (focused) byId("sidebar").querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function place(room, name, mark, label) {
  const unread = room.unread.get(name);
  const here = room.place === name;
  return h(
    "li",
    {},
    h(
      "a",
      {
        class: `place ${unread ? "unread" : ""}`,
        "data-key": `place ${name}`,
        href: `/room?${new URLSearchParams({ as: room.state.me, in: name })}`,
        "aria-current": here ? "page" : undefined,
        onclick: (event) => inThisTab(event, () => (room.go(name), closeMenu())),
      },
      mark,
      h("bdi", { class: "place-name" }, label),
      unread &&
        h(
          "span",
          { class: `count ${unread.me ? "me" : ""}` },
          String(unread.count),
          h("span", { class: "hidden" }, " new"),
        ),
    ),
  );
}

function somebody(room, person) {
  const me = person.handle === room.state.me;
  const query = new URLSearchParams({ as: person.handle, in: room.place });
  return h(
    "li",
    { class: me ? "person me" : "person" },
    h(
      "a",
      {
        class: "person-link",
        "data-key": `person ${person.handle}`,
        href: `/room?${query}`,
        "aria-current": me ? "true" : undefined,
        onclick: (event) => inThisTab(event, () => (me || room.become(person.handle), closeMenu())),
      },
      avatar(room, person.handle),
      h(
        "span",
        { class: "person-words" },
        h("bdi", { class: "person-name" }, person.name),
        h("small", {}, person.role === "teacher" ? "Teacher" : "Student", h("span", { class: "handle" }, ` · @${person.handle}`)),
      ),
      me && icon("check"),
    ),
    !me &&
      h(
        "a",
        {
          class: "person-tab quiet round",
          "data-key": `tab ${person.handle}`,
          href: `/room?${query}`,
          target: "_blank",
          rel: "noopener",
          title: "In a new tab",
          "aria-label": `Be ${person.name} in a new tab`,
        },
        icon("open"),
      ),
  );
}

/** Real links: a middle click opens a tab; a plain one stays here. */
function inThisTab(event, act) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  act();
}

// -- the drawer of narrow screens ----------------------------------------------------------------------------

export const narrow = matchMedia("(max-width: 760px)");

function setMenu(open) {
  const sidebar = byId("sidebar");
  sidebar.classList.toggle("open", open);
  sidebar.inert = narrow.matches && !open;
  byId("shade").hidden = !(narrow.matches && open);
  byId("open-menu").setAttribute("aria-expanded", String(open));
}

function closeMenu() {
  if (!narrow.matches) return;
  setMenu(false);
  byId("open-menu").focus();
}

export function wireMenu() {
  setMenu(false);
  narrow.addEventListener("change", () => setMenu(false));
  byId("open-menu").addEventListener("click", () => {
    setMenu(true);
    byId("close-menu").focus();
  });
  byId("close-menu").addEventListener("click", closeMenu);
  byId("shade").addEventListener("click", closeMenu);
  byId("sidebar").addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenu();
  });
}
