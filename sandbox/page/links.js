/** Links that start the bot: t.me/<bot>?start=CODE and ?startgroup=CODE, as Telegram reads them. */

const START = /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/(\w{5,32})\?(start|startgroup)=([\w-]{1,64})$/iu;

/**
 * @typedef {{kind: "start" | "startgroup", code: string}} StartLink
 */

/**
 * Read an address as a link that starts this bot, null for every other address.
 * @param {unknown} address @param {string | undefined} bot its user name
 * @returns {StartLink | null}
 */
export function readStartLink(address, bot) {
  const [, name, kind, code] = START.exec(String(address).trim()) ?? [];
  if (!code || !bot || name.toLowerCase() !== bot.toLowerCase()) return null;
  return { kind: kind.toLowerCase() === "start" ? "start" : "startgroup", code };
}
