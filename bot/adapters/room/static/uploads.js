// Files in a form: chosen or dropped, sent at once, and listed with a way to leave each out again.

import { attach } from "./api.js";
import { announce, h, icon } from "./dom.js";
import { plain } from "./spans.js";

export function uploads(room, field, id, described) {
  const { me } = room.state;
  let kept = []; // what the room took in, each { id, name }
  let sending = [];
  let trouble = "";
  let changed = () => {};
  const input = h("input", { id, type: "file", multiple: true, "aria-describedby": described });
  const list = h("ul", { class: "uploads" });
  const body = h("div", { class: "upload" }, input, list);

  function draw() {
    list.replaceChildren(...kept.map(row));
    list.hidden = kept.length === 0;
    changed();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function row(file) {
    const leave = () => {
      kept = kept.filter((one) => one !== file);
      draw();
      input.focus();
    };
    const out = h("button", { type: "button", class: "quiet round", "aria-label": `Leave out ${file.name}`, onclick: leave }, icon("close"));
    return h("li", {}, h("bdi", {}, file.name), out);
  }

  async function take(file) {
    try {
      const { file: held, reply } = await attach(me, file, field.biggest);
      if (held) kept.push({ id: held, name: file.name });
      else trouble = plain(reply.text);
    } catch (error) {
      trouble = error.message;
    }
    draw();
    announce(trouble || file.name);
  }

  function choose(files) {
    trouble = "";
    changed();
    sending.push(...[...files].map(take));
    input.value = ""; // so that the same one can be chosen again
  }

  input.addEventListener("change", () => choose(input.files));
  body.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("over");
  });
  body.addEventListener("dragleave", () => body.classList.remove("over"));
  body.addEventListener("drop", (event) => {
    event.preventDefault();
    body.classList.remove("over");
    choose(event.dataTransfer.files);
  });
  list.hidden = true;
  return {
    inputs: [input],
    value: () => ({ files: kept.map((file) => file.id) }),
    focus: () => input.focus(),
    labelled: (optionally) => [h("div", { class: "field-top" }, h("label", { for: id, dir: "auto" }, field.label), optionally), body],
    trouble: () => trouble,
    whenChanged(tell) {
      changed = tell;
    },
    /** Waits for what is still on its way; false if one of these did not arrive. */
    async arrived() {
      if (sending.length === 0) return true;
      await Promise.all(sending);
      sending = [];
      return trouble === "";
    },
  };
}
