/** Times as the office reads them: Asia/Shanghai whatever the zone of the device, which has no summer time. */

const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00";
const DAY_MS = 86_400_000;

const format = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
  new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, ...options });

const HOUR_MINUTE = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const MONTH_DAY = format({ month: "long", day: "numeric" });
const FULL_DAY = format({ year: "numeric", month: "long", day: "numeric" });
const WEEKDAY = format({ weekday: "long" });
const SHORT_WEEKDAY = format({ weekday: "short" });
const PARTS = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

/**
 * Read a server's time: ISO text, or seconds since 1970 as Telegram has them.
 * @param {string | number} value
 */
export const instant = (value) => new Date(typeof value === "number" ? value * 1000 : value);

/** @param {Date} at */
export const hourMinute = (at) => HOUR_MINUTE.format(at);
/** @param {Date} at */
export const monthDay = (at) => MONTH_DAY.format(at);
/** @param {Date} at */
export const fullDay = (at) => FULL_DAY.format(at);
/** @param {Date} at */
export const weekday = (at) => WEEKDAY.format(at);
/** @param {Date} at */
export const shortWeekday = (at) => SHORT_WEEKDAY.format(at);

/**
 * Split an instant into the wall clock's date (`2024-02-29`) and time (`09:30`).
 * @param {Date} at
 */
export function wall(at) {
  const [date, time] = PARTS.format(at).split(" ");
  return { date, time };
}

/**
 * Return the instant at which the wall clock shows this date and time.
 * @param {string} date
 * @param {string} time
 */
export const fromWall = (date, time) => new Date(`${date}T${time}:00${OFFSET}`);

/**
 * Write an instant for the server, with the office's own offset.
 * @param {Date} at
 */
export function toIso(at) {
  const { date, time } = wall(at);
  const seconds = String(at.getUTCSeconds()).padStart(2, "0");
  return `${date}T${time}:${seconds}${OFFSET}`;
}

/** @param {Date} at @param {number} days */
export const plusDays = (at, days) => new Date(at.getTime() + days * DAY_MS);

/** @param {Date} one @param {Date} other */
export const sameDay = (one, other) => wall(one).date === wall(other).date;

/**
 * Label a day for a separator: 今天, 昨天, else the date with its weekday, the year only when it is another one.
 * @param {Date} at
 * @param {Date} now
 */
export function dayLabel(at, now) {
  const name = weekday(at);
  if (sameDay(at, now)) return `今天 ${name}`;
  if (sameDay(at, plusDays(now, -1))) return `昨天 ${name}`;
  const sameYear = wall(at).date.slice(0, 4) === wall(now).date.slice(0, 4);
  return `${sameYear ? monthDay(at) : fullDay(at)} ${name}`;
}

/**
 * Label a moment in a list: the time today, 昨天, else the date.
 * @param {Date} at
 * @param {Date} now
 */
export function shortLabel(at, now) {
  if (sameDay(at, now)) return hourMinute(at);
  if (sameDay(at, plusDays(now, -1))) return "昨天";
  const sameYear = wall(at).date.slice(0, 4) === wall(now).date.slice(0, 4);
  return sameYear ? monthDay(at) : wall(at).date.replaceAll("-", "/");
}
