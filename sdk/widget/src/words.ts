/**
 * What the widget says, in English and Simplified Chinese.
 */

const en = {
  open: "Open chat",
  close: "Close chat",
  messages: "Messages",
  write: "Write a message",
  send: "Send",
  connecting: "Connecting…",
  retry: "No connection. Next try in {seconds} s.",
  retry_now: "Try now",
  refused: "You are not signed in here any more.",
  pending: "Waiting",
  sending: "Sending…",
  sent: "Sent",
  read: "Read",
  failed: "Not sent",
  resend: "Send again",
  drop: "Delete",
  unread: "{n} unread messages",
  older: "Earlier messages",
  empty: "No messages yet. Say hello.",
  you: "You",
  recalled: "This message was recalled.",
  edited: "edited",
  file: "[File] {name}",
  image: "[Image] {name}",
  other: "[Open Parley to see this message]",
  typing: "{name} is typing…",
  failed_load: "The messages could not be loaded.",
};

const zh: typeof en = {
  open: "打开聊天",
  close: "关闭聊天",
  messages: "消息",
  write: "输入消息",
  send: "发送",
  connecting: "正在连接…",
  retry: "没有连接，{seconds} 秒后重试。",
  retry_now: "立即重试",
  refused: "您在这里的登录已失效。",
  pending: "等待发送",
  sending: "发送中…",
  sent: "已发送",
  read: "已读",
  failed: "未发送",
  resend: "重新发送",
  drop: "删除",
  unread: "{n} 条未读消息",
  older: "更早的消息",
  empty: "还没有消息，打个招呼吧。",
  you: "我",
  recalled: "此消息已被撤回。",
  edited: "已编辑",
  file: "[文件] {name}",
  image: "[图片] {name}",
  other: "[请在 Parley 中查看此消息]",
  typing: "{name} 正在输入…",
  failed_load: "消息加载失败。",
};

export type Word = keyof typeof en;
export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

/** `language`: a tag such as "zh-CN"; whatever is not Chinese is English. */
export function speaker(language: string): Say {
  const words = language.toLowerCase().startsWith("zh") ? zh : en;
  return (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
