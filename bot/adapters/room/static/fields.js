// One question of a form: its label, hint, input, and what is wrong with the answer.

import { freshId, h } from "./dom.js";
import { avatar } from "./people.js";
import { uploads } from "./uploads.js";

const FEW = 4; // as many choices as are shown side by side instead of in a list

export function fieldOf(room, field) {
  const make = { text: area, choice: field.options.length <= FEW ? radios : list, yes: box, people: crowd, files }[field.kind] ?? line;
  const id = freshId("field");
  const hint = field.hint ? h("p", { class: "field-hint", id: `${id}-hint`, dir: "auto" }, field.hint) : null;
  const problem = h("p", { class: "field-problem", id: `${id}-problem`, dir: "auto" });
  const described = [hint && `${id}-hint`, `${id}-problem`].filter(Boolean).join(" ");
  const made = make(room, field, id, described);
  const count = field.max_length > 0 ? h("span", { class: "field-count", "aria-hidden": "true" }) : null;
  const one = {
    ...made,
    name: field.name,
    touched: false,
    missed: false, // was empty when it was sent
    wrong: false,
    asks: field.kind === "people" ? "Choose at least one person." : "This cannot stay empty.",
    element: h("div", { class: `field of-${field.kind}` }, made.labelled(optional(field), count), hint, problem),
    isMissing: () => field.required && made.value().length === 0,
    touch() {
      one.touched = true;
      if (one.wrong && !one.isMissing()) one.complain("");
      tally();
    },
    complain(problemSaid) {
      const text = problemSaid || made.trouble?.() || "";
      one.wrong = text !== "";
      problem.textContent = text;
      for (const input of made.inputs) input.setAttribute("aria-invalid", String(one.wrong));
      one.element.classList.toggle("wrong", one.wrong);
    },
  };
  function tally() {
    if (!count) return;
    const length = [...made.value()].length;
    count.textContent = length > field.max_length * 0.8 ? `${length} / ${field.max_length}` : "";
    count.classList.toggle("over", length > field.max_length);
  }
  made.whenChanged?.(() => one.complain(""));
  one.complain(field.problem);
  tally();
  return one;
}

function optional(field) {
  const asks = field.required || field.kind === "yes" || field.kind === "choice";
  return asks ? null : h("span", { class: "field-optional" }, "optional");
}

function single(input, field, id) {
  return {
    inputs: [input],
    value: () => input.value,
    focus: () => input.focus(),
    labelled: (optionally, count) => [h("div", { class: "field-top" }, h("label", { for: id, dir: "auto" }, field.label), optionally, count), input],
  };
}

function line(_, field, id, described) {
  const input = h("input", { id, type: field.kind === "date" ? "date" : "text", dir: "auto", "aria-describedby": described, "aria-required": String(field.required) });
  input.value = field.value;
  return single(input, field, id);
}

function area(_, field, id, described) {
  const input = h("textarea", { id, rows: 3, dir: "auto", "aria-describedby": described, "aria-required": String(field.required) });
  input.value = field.value;
  return single(input, field, id);
}

function list(_, field, id, described) {
  const known = field.options.some((option) => option.value === field.value);
  const input = h(
    "select",
    { id, "aria-describedby": described, "aria-required": String(field.required) },
    !known && h("option", { value: "" }, "Choose…"),
    field.options.map((option) => h("option", { value: option.value }, option.label)),
  );
  input.value = known ? field.value : "";
  return single(input, field, id);
}

function group(field, id, described, inputs, body) {
  return {
    inputs,
    focus: () => (inputs.find((input) => input.checked) ?? inputs[0])?.focus(),
    labelled: (optionally) =>
      h(
        "fieldset",
        { "aria-describedby": described, id },
        h("legend", { dir: "auto" }, field.label, optionally && " ", optionally),
        body,
      ),
  };
}

function radios(_, field, id, described) {
  const inputs = field.options.map((option) => {
    const input = h("input", { type: "radio", name: id, value: option.value });
    input.checked = option.value === field.value;
    return input;
  });
  const body = h("div", { class: "choices" }, field.options.map((option, at) => h("label", { class: "choice" }, inputs[at], h("span", { dir: "auto" }, option.label))));
  return { ...group(field, id, described, inputs, body), value: () => inputs.find((input) => input.checked)?.value ?? "" };
}

function box(_, field, id, described) {
  const input = h("input", { type: "checkbox", id, "aria-describedby": described });
  input.checked = field.value === true;
  return {
    inputs: [input],
    value: () => input.checked,
    focus: () => input.focus(),
    labelled: () => h("label", { class: "choice yes", for: id }, input, h("span", { dir: "auto" }, field.label)),
  };
}

function files(room, field, id, described) {
  if (field.options.length === 0) return uploads(room, field, id, described);
  const inputs = field.options.map((option) => {
    const input = h("input", { type: "checkbox", value: option.value });
    input.checked = field.value.includes(option.value);
    return input;
  });
  const body = h("div", { class: "choices" }, field.options.map((option, at) => h("label", { class: "choice" }, inputs[at], h("bdi", {}, option.label))));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return { ...group(field, id, described, inputs, body), value: () => ({ files: chosen() }) };
}

function crowd(room, field, id, described) {
  const chosen = new Set(Array.isArray(field.value) ? field.value : []);
  const order = (person) => (person.handle === room.state.me ? 2 : person.role === "teacher" ? 1 : 0);
  const all = field.others ? room.state.people.filter((person) => person.handle !== room.state.me) : room.state.people;
  const people = all.toSorted((one, other) => order(one) - order(other));
  const inputs = people.map((person) => {
    const input = h("input", { type: "checkbox", value: person.handle });
    input.checked = chosen.has(person.handle);
    return input;
  });
  const students = inputs.filter((_, at) => people[at].role === "learner" && people[at].handle !== room.state.me);
  const everyone = h("button", { type: "button", class: "button plain slim" }, "All students");
  everyone.addEventListener("click", () => {
    const wanted = !students.every((input) => input.checked);
    for (const input of students) input.checked = wanted;
    students[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const body = [
    h(
      "div",
      { class: "crowd-choices" },
      people.map((person, at) =>
        h("label", { class: "somebody" }, inputs[at], avatar(room, person.handle, "small"), h("bdi", {}, person.name)),
      ),
    ),
    students.length > 1 && everyone,
  ];
  return {
    ...group(field, id, described, inputs, body),
    value: () => inputs.filter((input) => input.checked).map((input) => input.value),
  };
}
