// What a reply is made of, as elements.

import { freshId, h, icon } from "./dom.js";
import { spans } from "./spans.js";

/** `at` says where the reply stands: pressed buttons need to know (see `presses.js`). */
export function replyNodes(room, reply, at) {
  return reply.nodes.map((node) => {
    switch (node.is) {
      case "card":
        return card(room, node, at);
      case "rows":
        return h("ul", { class: "rows" }, node.rows.map((row) => listed(room, row, at)));
      case "picture":
        return h("figure", { class: "figure" }, picture(node.picture));
      case "buttons":
        return buttons(room, node.buttons, { ...at, turns: true });
      case "form":
        return opener(room, reply, node, at);
      default:
        return null;
    }
  });
}

function card(room, node, at) {
  const shape = node.picture?.shape ?? "none";
  // What the picture shows, and says to those who hear it, stands in words only where the picture does not come.
  const repeated = (part) => node.picture && node.drawn?.includes(part) && "drawn";
  const shown = node.picture && picture(node.picture);
  const element = h(
    "article",
    { class: `card ${shape}` },
    shown && h("div", { class: "card-picture" }, shown),
    h(
      "div",
      { class: "card-words" },
      node.title.length > 0 && h("h3", { dir: "auto" }, spans(room, node.title)),
      node.body.length > 0 && h("p", { class: `card-body ${repeated("body") || ""}`, dir: "auto" }, spans(room, node.body)),
      node.fields.length > 0 &&
        h(
          "dl",
          {},
          node.fields.map((field) =>
            h(
              "div",
              { class: repeated(field.label) },
              h("dt", { dir: "auto" }, field.label),
              h("dd", { dir: "auto" }, spans(room, field.value)),
            ),
          ),
        ),
      node.buttons.length > 0 && buttons(room, node.buttons, { ...at, inCard: true }),
    ),
  );
  shown?.addEventListener("error", () => element.classList.add("unseen"));
  return element;
}

function listed(room, row, at) {
  const id = freshId("row");
  return h(
    "li",
    { class: "row" },
    row.picture && h("div", { class: "row-picture" }, picture(row.picture)),
    h(
      "div",
      { class: "row-words" },
      h("p", { class: "row-title", dir: "auto", id }, spans(room, row.title)),
      row.detail.length > 0 && h("p", { class: "row-detail", dir: "auto" }, spans(room, row.detail)),
      row.buttons.length > 0 && buttons(room, row.buttons, { ...at, about: id }),
    ),
  );
}

export function picture(shown) {
  return h("img", {
    src: shown.url,
    alt: shown.alt,
    width: shown.width,
    height: shown.height,
    class: `picture ${shown.shape}`,
    decoding: "async",
  });
}

function buttons(room, list, at) {
  return h("div", { class: "buttons" }, list.map((one) => button(room, one, at)));
}

function button(room, one, at) {
  const look = `button ${one.style}`;
  if (one.command === undefined) {
    if (!one.url) return h("span", { class: "button plain off" }, one.label);
    if (isBadge(one.url)) {
      return h("a", { class: look, href: one.url, download: true, "aria-describedby": at.about }, h("bdi", {}, one.label), icon("down"));
    }
    return h(
      "a",
      { class: look, href: one.url, target: "_blank", rel: "noopener noreferrer", "aria-describedby": at.about },
      h("bdi", {}, one.label),
      icon("open"),
      h("span", { class: "hidden" }, " (opens in a new tab)"),
    );
  }
  const on = one.pressed_by?.includes(room.state.me);
  const element = h(
    "button",
    { type: "button", class: on ? `${look} on` : look, "aria-describedby": at.about, "aria-pressed": on && "true" },
    on && icon("check"),
    h("bdi", {}, one.label),
  );
  element.addEventListener("click", () => room.press(element, one, at));
  return element;
}

/** Tells a badge to keep: shown in a tab, it would invite a screenshot, which has no credential inside. */
function isBadge(address) {
  const url = new URL(address, location.href);
  return url.origin === location.origin && url.pathname.endsWith("/badge.png");
}

function opener(room, reply, form, at) {
  const element = h("button", { type: "button", class: "button primary" }, icon("form"), form.title);
  element.addEventListener("click", () => room.openForm(form, reply, at));
  return h("div", { class: "buttons" }, element);
}
