// An empty place: what it is for, and three things to try.

import { byId, h, icon } from "./dom.js";
import { isTeacher } from "./people.js";

const FOR_TEACHERS = [
  ["/award @sam Peer Mentoring for explaining fractions until everybody got it", "Award a badge", "The class sees a card, Sam gets a real, signed badge."],
  ["/badge list", "See what can be earned", "Look at the badges, change them, or make your own."],
  ["/mybadges @sam", "Look at somebody's badges", "All that a student has earned so far."],
];
const FOR_STUDENTS = [
  ["/goals add Academic Writing by Friday every week", "Set yourself a goal", "Laurel reminds you, and notices when you get there."],
  ["/mybadges", "See your badges", "Check, download or share each of them."],
  ["/badge list", "See what can be earned", "And make one of them your next goal."],
];

export function drawWelcome(room, wanted) {
  const place = byId("welcome");
  place.hidden = !wanted;
  if (!wanted) return place.replaceChildren();
  const name = room.place === "dm" ? "Laurel" : room.place;
  const about =
    room.place === "dm"
      ? "What you ask here stays between you and Laurel. News about your badges and goals arrive here too."
      : "Nobody has said anything here yet. Write to everyone, or try one of these:";
  const choices = isTeacher(room, room.state.me) && room.place !== "dm" ? FOR_TEACHERS : FOR_STUDENTS;
  place.replaceChildren(
    h("span", { class: "crest large" }, icon("laurel")),
    h("h2", {}, room.place === "dm" ? "You and Laurel" : "Welcome to ", room.place !== "dm" && h("bdi", {}, name)),
    h("p", {}, about),
    h(
      "ul",
      { class: "tries" },
      choices.map(([command, title, says]) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "try", onclick: () => room.composer.fill(command) },
            h("strong", {}, title),
            h("span", { class: "try-says" }, says),
            h("code", {}, command),
          ),
        ),
      ),
    ),
  );
  return undefined;
}
