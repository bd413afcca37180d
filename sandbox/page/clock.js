/** The sandbox's own clock in the header: what it shows, the next morning, and a menu for any other moment. */

import { Refused, setClock } from "./api.js";
import { h, icon } from "./dom.js";
import { dueList } from "./due.js";
import { openDialog, toast } from "./overlays.js";
import { fromWall, fullDay, hourMinute, monthDay, plusDays, shortWeekday, toIso, wall, weekday } from "./time.js";

/** @typedef {import("./state.js").Store} Store */

const HOUR_MS = 3_600_000;

/** @param {Store} store */
export function mountClock(store) {
  const slot = /** @type {HTMLElement} */ (document.getElementById("clock-slot"));
  const day = h("span", { class: "clock-day-name" });
  const time = h("span", { class: "clock-time" });
  const face = h("button", {
    type: "button", class: "clock-face", "aria-haspopup": "dialog", dataset: { testid: "clock" },
    onclick: () => openMenu(store, (to) => move([to])),
  }, icon("clock"), day, time, icon("chevron"));
  const next = h("button", {
    type: "button", class: "clock-day", dataset: { testid: "clock-day" }, onclick: () => move(untilNextMorning(store.now)),
  }, h("span", { class: "spinner", "aria-hidden": "true" }), h("span", { class: "clock-day-words" }, "+1 天"));

  const show = () => {
    if (!store.snapshot) return;
    const { now } = store;
    day.replaceChildren(h("span", { class: "only-desk" }, `${fullDay(now)} ${weekday(now)}`),
      h("span", { class: "only-phone" }, `${monthDay(now)} ${shortWeekday(now)}`));
    time.textContent = hourMinute(now);
    face.setAttribute("aria-label", `演练时钟：${fullDay(now)} ${weekday(now)} ${hourMinute(now)}，点按调整`);
    face.dataset.now = toIso(now);
  };

  /** @param {Date[]} stops each is lived through: at every one the bot sends what is due */
  async function move(stops) {
    if (next.disabled) return;
    busy(true);
    try {
      for (const to of stops) {
        const answer = await setClock(toIso(to));
        store.takeClock(answer?.now ?? toIso(to));
      }
    } catch (error) {
      toast(complaint(error), "warn");
    } finally {
      busy(false);
    }
  }

  /** @param {boolean} on */
  function busy(on) {
    next.disabled = on;
    next.setAttribute("aria-busy", String(on));
    next.querySelector(".clock-day-words").textContent = on ? "推进中" : "+1 天";
  }

  next.setAttribute("aria-label", "时钟前进到下一天 9:00");
  next.title = "前进到下一天 9:00，途中到期的提醒照常发出";
  slot.append(h("div", { class: "clock", role: "group", "aria-label": "演练时钟" }, face, next));
  store.addEventListener("clock", show);
  show();
}

/**
 * List the office's moments up to 9:00 of the next day: whoever skips one would miss what goes out at it.
 * @param {Date} now
 */
function untilNextMorning(now) {
  const today = wall(now).date;
  const tomorrow = wall(plusDays(now, 1)).date;
  return [fromWall(today, "09:00"), fromWall(today, "14:30"), fromWall(tomorrow, "09:00")].filter((stop) => stop > now);
}

/** @param {unknown} error */
function complaint(error) {
  if (!(error instanceof Refused)) return "沙盒暂时没有回应，请稍后再拨一次时钟。";
  return error.code === 502 ? "时间已经拨好，但助手还没有跟上；请看看它是否在运行。" : `这个时间拨不过去：${error.message}`;
}

/** @param {Date} now @returns {[string, Date][]} moments the office thinks in */
function moments(now) {
  const { date } = wall(now);
  const [year, month] = date.split("-").map(Number);
  const at = (/** @type {number} */ y, /** @type {number} */ m, /** @type {number} */ d) =>
    fromWall(new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10), "09:00");
  return [
    ["+1 小时", new Date(now.getTime() + HOUR_MS)],
    ["今天 14:30", fromWall(date, "14:30")],
    ["明天 9:00", fromWall(wall(plusDays(now, 1)).date, "09:00")],
    ["+1 周", plusDays(now, 7)],
    ["本月最后一天 9:00", at(year, month, 0)],
    ["下月 1 日 9:00", at(year, month, 1)],
  ].filter(([, moment]) => moment > now);
}

/** @param {Store} store @param {(to: Date) => Promise<void>} move */
function openMenu(store, move) {
  const { now } = store;
  const shown = wall(now);
  const date = h("input", { type: "date", value: shown.date, required: true, id: "clock-date" });
  const time = h("input", { type: "time", value: shown.time, required: true, id: "clock-time" });
  const go = (/** @type {Date} */ to) => {
    dialog.close();
    void move(to);
  };
  const form = h("form", { class: "clock-form", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    go(fromWall(date.value, time.value));
  } },
  h("label", { for: "clock-date" }, "日期", date), h("label", { for: "clock-time" }, "时间", time),
  h("button", { type: "submit", class: "primary", dataset: { testid: "clock-go" } }, "调到这一刻"));
  const dialog = openDialog("clock-menu", "调整演练时钟",
    h("h2", null, "演练时钟"),
    h("p", { class: "quiet" }, "时间由您掌握：拨动之后，到期的提醒和通报会立即按新时间处理。"),
    h("div", { class: "clock-moments" }, ...moments(now).map(([label, to]) =>
      h("button", { type: "button", class: "moment", onclick: () => go(to) }, h("span", null, label),
        h("small", null, `${monthDay(to)} ${shortWeekday(to)} ${hourMinute(to)}`)))),
    form, dueList(go));
}
