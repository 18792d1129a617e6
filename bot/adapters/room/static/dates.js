// Moments, in the reader's own zone and language.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const long = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export const timeOf = (iso) => clock.format(new Date(iso));
export const dateOf = (iso) => short.format(new Date(iso));
export const momentOf = (iso) => `${dateOf(iso)}, ${timeOf(iso)}`;
export const fullyOf = (iso) => whole.format(new Date(iso));

export const dayKey = (iso) => new Date(iso).toDateString();

export function dayOf(iso) {
  const day = new Date(iso);
  const today = new Date();
  const yesterday = new Date();
  yesterday.setDate(today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return long.format(day);
}
