// Spans as elements, and as plain text for those who listen.

import { dateOf, fullyOf, momentOf } from "./dates.js";
import { h } from "./dom.js";

export function spans(room, list) {
  return list.map((span) => {
    switch (span.is) {
      case "bold":
        return h("strong", {}, h("bdi", {}, span.text));
      case "italic":
        return h("em", {}, h("bdi", {}, span.text));
      case "code":
        return h("code", {}, h("bdi", {}, span.text));
      case "link":
        return h("a", { href: span.url, target: "_blank", rel: "noopener noreferrer" }, h("bdi", {}, span.text));
      case "mention":
        return h("span", { class: span.handle === room.state.me ? "mention me" : "mention" }, "@", h("bdi", {}, span.text));
      case "when":
        return h(
          "time",
          { datetime: span.at, title: fullyOf(span.at) },
          span.style === "moment" ? momentOf(span.at) : dateOf(span.at),
        );
      default:
        return span.text;
    }
  });
}

export const plain = (list) =>
  list.map((span) => (span.is === "when" ? dateOf(span.at) : span.is === "mention" ? `@${span.text}` : span.text)).join("");

export const mentions = (list, handle) => list.some((span) => span.is === "mention" && span.handle === handle);
