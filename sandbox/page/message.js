/** What the server says about a message, as the page uses it: senders with names, files with addresses, events as words. */

/**
 * @typedef {import("./state.js").Message} Message
 * @typedef {import("./state.js").Snapshot} Snapshot
 * @typedef {{id: number, name: string, is_bot?: boolean, as?: string}} Sender
 */

export const BOT_NAME = "督办助手";
const BOT_ID = -1;

/**
 * Name the bot, as the sandbox does or as we do.
 * @param {Snapshot | null} snapshot
 */
export const botName = (snapshot) => snapshot?.bot.name ?? BOT_NAME;

/**
 * Bring a message of the server into the page's shape. A sender is a person's number or the bot's user name.
 * @param {any} raw
 * @param {Snapshot} snapshot
 * @returns {Message}
 */
export function readMessage(raw, snapshot) {
  const message = { ...raw, from: chatAsSender(raw.sender_chat) ?? sender(raw.from, snapshot), edited: Boolean(raw.edited ?? raw.edit_date) };
  message.entities = raw.entities ?? raw.caption_entities ?? [];
  if (raw.document) message.document = file(raw.document, raw.name, raw.size);
  if (raw.photo) message.photo = file(raw.photo, "");
  const origin = raw.forward_origin ?? raw.forward;
  if (origin) message.forward = { name: originName(origin, snapshot) };
  if (raw.service) message.service = eventWords(raw.service, message.from?.name ?? "");
  const quoted = raw.reply_to;
  if (quoted !== undefined && quoted !== null) message.reply_to = typeof quoted === "object" ? quoted.id ?? quoted.message_id : quoted;
  return message;
}

/** @param {any} from @param {Snapshot} snapshot @returns {Sender | undefined} */
function sender(from, snapshot) {
  if (from === undefined || from === null) return undefined;
  const id = typeof from === "object" ? from.id : from;
  const { bot } = snapshot;
  if (from.is_bot || id === bot.username || id === bot.id) return { id: bot.id ?? BOT_ID, name: botName(snapshot), is_bot: true };
  return { id, name: snapshot.people.find((person) => person.id === id)?.name ?? from.name ?? `用户 ${id}` };
}

/** An anonymous administrator has the group's name, who writes as a channel the channel's. @param {any} chat @returns {Sender | undefined} */
const chatAsSender = (chat) => chat && { id: chat.id, name: chat.title ?? "", as: chat.type === "channel" ? "频道" : "匿名管理员" };

/** @param {any} given @param {string | undefined} name @param {number} [size] bytes */
function file(given, name, size) {
  const about = typeof given === "object" ? given : { url: given };
  return { ...about, name: about.name ?? about.file_name ?? name ?? "", size: about.size ?? about.file_size ?? size };
}

/** @param {any} origin @param {Snapshot} snapshot @returns {string} */
function originName(origin, snapshot) {
  if (typeof origin !== "object") return sender(origin, snapshot)?.name ?? "";
  const user = origin.sender_user ?? origin.from;
  if (user) return sender(user, snapshot)?.name ?? "";
  return origin.sender_user_name ?? origin.name ?? origin.sender_chat?.title ?? origin.chat?.title ?? "";
}

/** @param {any} event @param {string} actor @returns {string} */
function eventWords(event, actor) {
  if (typeof event !== "object") return String(event);
  const name = (/** @type {any} */ user) => user?.first_name ?? user?.name ?? "";
  if (event.new_chat_members) return `${event.new_chat_members.map(name).join("、")} 加入了群聊`;
  if (event.left_chat_member) return `${name(event.left_chat_member)} 离开了群聊`;
  if (event.new_chat_title) return `${actor} 把群名改为「${event.new_chat_title}」`;
  if (event.pinned_message) return `${actor} 置顶了一条消息`;
  if (event.forum_topic_created) return `${actor} 新建了话题「${event.forum_topic_created.name}」`;
  if (event.group_chat_created) return "群聊已建立";
  if (event.migrate_to_chat_id) return "这个群已升级，请到新的群聊里继续。";
  return event.migrate_from_chat_id ? "这个群由原来的群聊升级而来" : "群聊有变动";
}

/**
 * Return the people's reactions as `emoji count`, the most used first.
 * @param {Message} message
 * @returns {[string, number][]}
 */
export function reactionCounts(message) {
  const counts = new Map();
  for (const emoji of Object.values(message.reactions ?? {}).flat()) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
