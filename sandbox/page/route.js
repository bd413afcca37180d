/** Addresses of the page: `#as=<person>&chat=<chat>`, so that the browser's own back button works. */

/** On a desk list and chat stand side by side, so a person opens with the own chat at once. */
const DESK = matchMedia("(min-width: 820px)");

/**
 * Return the address of a person's chats, or of one of them.
 * @param {number} person
 * @param {number | null} [chat]
 */
export function routeTo(person, chat = null) {
  return chat === null ? `#as=${person}` : `#as=${person}&chat=${chat}`;
}

/** Read the address; what is not a whole number is as if it were not there. */
export function readRoute() {
  const params = new URLSearchParams(location.hash.slice(1));
  const whole = (/** @type {string} */ key) => (/^-?\d{1,16}$/u.test(params.get(key) ?? "") ? Number(params.get(key)) : null);
  const me = whole("as");
  const chat = me === null ? null : whole("chat");
  return { me, chat: chat === null && me !== null && DESK.matches ? me : chat };
}
