/** What the bot says becomes due next: office by office, each moment a button that moves the clock there. */

import { fetchDue } from "./api.js";
import { h } from "./dom.js";
import { hourMinute, instant, monthDay, shortWeekday } from "./time.js";

const SHOWN = 6;

/**
 * Build the list of what comes; it fills itself when the bot has answered, and stays away when there is nothing.
 * @param {(to: Date) => void} go
 */
export function dueList(go) {
  const list = h("section", { class: "due", "aria-label": "接下来", dataset: { testid: "due" }, hidden: "" });
  fetchDue().then(({ organisations }) => {
    const offices = organisations.filter((office) => office.next.length || waiting(office));
    if (!offices.length) return;
    list.append(h("h3", null, "接下来（按目前进度）"), ...offices.map((office) => officeDue(office, go)));
    list.hidden = false;
  }, () => {}); // without a bot there is nothing to look ahead to
  return list;
}

/** @typedef {{words: string, due_at: string, units?: number, groups?: number, is_estimated: boolean}} Step */
/** @typedef {{organisation: string, is_paused: boolean, waiting: {letters: number, dues: number}, opens_at: string | null, next: Step[]}} Office */

/** @param {Office} office */
const waiting = (office) => office.waiting.letters + office.waiting.dues;

/** @param {Office} office @param {(to: Date) => void} go */
function officeDue(office, go) {
  return h("div", { class: "due-office" },
    h("p", { class: "due-name" }, office.organisation, office.is_paused && h("small", null, "（提醒已暂停）")),
    waiting(office) > 0 && h("p", { class: "quiet" }, waitingWords(office)),
    ...office.next.slice(0, SHOWN).map((step) => {
      const at = instant(step.due_at);
      return h("button", { type: "button", class: "moment due-step", onclick: () => go(at) },
        h("span", null, step.words),
        h("small", null, `${monthDay(at)} ${shortWeekday(at)} ${hourMinute(at)} · ${hearers(step)}`,
          step.is_estimated && "（估算）"));
    }));
}

/** @param {Step} step */
const hearers = (step) => (step.groups === undefined ? `${step.units} 个单位` : `${step.groups} 个群`);

/** @param {Office} office */
function waitingWords(office) {
  const when = office.opens_at && instant(office.opens_at);
  const words = `有 ${waiting(office)} 条已到期、尚未发出`;
  return when ? `${words}，最早 ${monthDay(when)} ${hourMinute(when)} 发出。` : `${words}。`;
}
