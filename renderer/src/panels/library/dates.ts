// Dates as a person reads a list: the hour while it is today, then the day. The language is the window's words.

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const DAY_MILLIS = 86_400_000;

/** "Today 14:05", "Yesterday 09:12", "12 Nov 2026"; `iso` as it stands where it is no date. */
export function dateText(iso: string, now: Date): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const key = (of: Date) => day.format(of);
  if (key(date) === key(now)) return `Today ${hour.format(date)}`;
  if (key(date) === key(new Date(now.getTime() - DAY_MILLIS))) return `Yesterday ${hour.format(date)}`;
  return day.format(date);
}

/** "12 Nov 2026, 14:05". */
export function dateAndHour(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${day.format(date)}, ${hour.format(date)}`;
}
