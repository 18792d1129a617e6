// Forms as dialogs: a refused answer stays in the dialog with its sentence, a good one closes it.

import { newEvent, send } from "./api.js";
import { announce, byId, freshId, h, icon } from "./dom.js";
import { fieldOf } from "./fields.js";
import { picture } from "./nodes.js";
import { once, settle, showPrivately } from "./presses.js";
import { plain, spans } from "./spans.js";

const PAUSE = 350;

export function openForm(room, form, reply, at) {
  const dialog = byId("dialog");
  const { me } = room.state;
  const question = (field, shape = shapeOf(field)) => Object.assign(fieldOf(room, field), { shape });
  let fields = form.fields.map((field) => question(field));
  const asked = h("div", { class: "form-fields" }, fields.map((field) => field.element));
  const trouble = h("div", { class: "form-trouble", role: "alert" });
  const preview = h("div", { class: "form-preview", "aria-hidden": form.preview?.alt ? undefined : "true" });
  const submit = h("button", { type: "submit", class: "button primary" }, form.submit);
  let draft = 0;
  let timer = 0;

  const leave = leaving(dialog, () => JSON.stringify(answers()));
  const answers = () => Object.fromEntries(fields.map((field) => [field.name, field.value()]));
  const body = (more) => ({ as: me, place: at.place ?? room.place, event: newEvent(), command: form.command, answers: answers(), ...more });

  function showPreview(shown) {
    preview.replaceChildren(...(shown ? [picture(shown)] : []));
    preview.hidden = !shown;
  }

  /** An answer may ask for more, or for less: a badge that has levels, for one of them. */
  function follow(checked) {
    const known = new Map(fields.map((field) => [field.name, field]));
    fields = checked.fields.map((field) => {
      const shape = shapeOf(field);
      const there = known.get(field.name);
      return there?.shape === shape ? there : question(field, shape);
    });
    for (const old of known.values()) if (!fields.includes(old)) old.element.remove();
    fields.forEach((field, at) => {
      if (asked.children[at] !== field.element) asked.insertBefore(field.element, asked.children[at] ?? null);
    });
  }

  function complain(answer, { all }) {
    const checked = answer.nodes.find((node) => node.is === "form");
    if (checked) follow(checked);
    for (const field of fields) {
      const problem = checked?.fields.find((one) => one.name === field.name)?.problem ?? "";
      const unanswered = field.missed && field.isMissing() ? field.asks : "";
      field.complain(unanswered || (all || field.touched ? problem : ""));
    }
    if (checked) showPreview(checked.preview);
    return checked;
  }

  async function check() {
    const mine = ++draft;
    try {
      const { reply: answer } = await send("submit", body({ draft: true }));
      if (mine === draft && dialog.open) complain(answer, { all: false });
    } catch {
      // Checking while typing is a help, not a need: sending will say what is wrong.
    }
  }

  function refuse(answer) {
    draft++;
    complain(answer, { all: true });
    const offers = answer.nodes.filter((node) => node.is === "buttons").flatMap((node) => node.buttons);
    trouble.replaceChildren(h("p", {}, icon("warn"), h("span", { dir: "auto" }, spans(room, answer.text))));
    if (offers.length > 0) trouble.append(h("div", { class: "buttons" }, offers.map((offer) => offered(offer))));
    trouble.hidden = false;
    (fields.find((field) => field.wrong) ?? { focus: () => trouble.scrollIntoView({ block: "nearest" }) }).focus();
  }

  function offered(offer) {
    const element = h("button", { type: "button", class: `button ${offer.style}` }, h("bdi", {}, offer.label));
    element.addEventListener("click", async () => {
      const kind = offer.command === undefined;
      if (kind) return window.open(offer.url, "_blank", "noopener");
      await once(element, async () => {
        const asked = { as: me, place: at.place ?? room.place, event: newEvent(), command: offer.command };
        const { reply: answer } = await send("press", asked);
        finish(answer);
      }).catch(fail);
      return undefined;
    });
    return element;
  }

  function fail(error) {
    refuse({ kind: "broke", text: [{ is: "text", text: error.message }], nodes: [] });
  }

  function finish(answer) {
    if (answer.kind !== "said") return refuse(answer);
    dialog.close();
    if (me !== room.state.me) return undefined;
    if (answer.nodes.some((node) => node.is === "form")) settle(room, answer, at);
    else {
      const after = at.message ? at.message.number : null;
      showPrivately(room, answer, { place: at.place ?? room.place, after });
    }
    return undefined;
  }

  async function sendForm() {
    clearTimeout(timer);
    draft++;
    const missing = fields.filter((field) => field.isMissing());
    for (const field of fields) {
      field.touched = true; // from here on, checking while typing judges all of them
      field.missed = missing.includes(field);
      field.complain(field.missed ? field.asks : "");
    }
    if (missing.length > 0) {
      missing[0].focus();
      announce(missing[0].asks);
      return undefined;
    }
    trouble.hidden = true;
    for (const field of fields) {
      if (field.arrived && !(await field.arrived())) return field.focus(); // its problem stands beside it
    }
    try {
      const { reply: answer } = await send("submit", body({}));
      finish(answer);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }

  const element = h(
    "form",
    { class: form.preview ? "form with-preview" : "form", novalidate: true, id: freshId("form") },
    h(
      "header",
      { class: "form-head" },
      h("h2", { id: "dialog-title", dir: "auto" }, form.title),
      h("button", { type: "button", class: "quiet round", "aria-label": "Close", onclick: leave.ask }, icon("close")),
    ),
    h(
      "div",
      { class: "form-body" },
      h("p", { class: "form-intro", dir: "auto" }, spans(room, reply.text)),
      preview,
      asked,
    ),
    h(
      "footer",
      { class: "form-foot" },
      trouble,
      h("div", { class: "buttons" }, submit, h("button", { type: "button", class: "button plain", onclick: leave.ask }, "Cancel")),
      leave.question,
    ),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    leave.stay();
    once(submit, sendForm);
  });
  element.addEventListener("input", (event) => {
    fields.find((field) => field.element.contains(event.target))?.touch();
    if (!form.live) return;
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  trouble.hidden = true;
  showPreview(form.preview);
  open(dialog, element, fields);
  leave.begin();
  announce(plain(reply.text));
}

/** What makes a question another one, whatever is answered to it. */
function shapeOf({ name, kind, label, hint, required, options }) {
  return JSON.stringify([name, kind, label, hint, required, options]);
}

/** Leaving a form: at once while nothing in it has changed, and otherwise after a question in the form itself. */
function leaving(dialog, written) {
  let atFirst = "";
  let from = null;
  const id = freshId("leave");
  const keep = h("button", { type: "button", class: "button primary", onclick: () => (stay(), from?.focus()) }, "Keep writing");
  const discard = h("button", { type: "button", class: "button danger", onclick: () => dialog.close() }, "Discard");
  const question = h(
    "div",
    { class: "form-leave", role: "group", "aria-labelledby": id },
    h("p", { id }, "Discard what you wrote?"),
    h("div", { class: "buttons" }, keep, discard),
  );
  question.hidden = true;

  function stay() {
    question.hidden = true;
  }

  function ask() {
    if (written() === atFirst) return dialog.close();
    if (question.hidden) from = document.activeElement;
    question.hidden = false;
    keep.focus();
    return undefined;
  }

  /** Escape answers the question, too: it keeps. */
  function escape() {
    if (question.hidden) ask();
    else keep.click();
  }

  function begin() {
    atFirst = written();
    dialog.onkeydown = (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      escape();
    };
    dialog.oncancel = (event) => {
      event.preventDefault();
      escape();
    };
  }

  return { question, begin, ask, stay };
}

function open(dialog, element, fields) {
  const from = document.activeElement;
  if (dialog.open) dialog.close();
  dialog.replaceChildren(element);
  dialog.onclose = () => {
    dialog.replaceChildren();
    if (from?.isConnected) from.focus();
    else byId("message").focus();
  };
  dialog.showModal();
  (fields.find((field) => field.isMissing()) ?? fields[0])?.focus();
}
