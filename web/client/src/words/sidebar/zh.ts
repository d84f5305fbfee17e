/** What is said in the left side: Simplified Chinese. */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  search_messages: "搜索联系人和消息",
  search_clear: "清除搜索",
  search_none: "没有找到“{query}”",
  search_people: "联系人",
  search_conversations: "会话",
  search_hits: "消息",
  searching: "正在搜索…",
  new_chat: "新建会话",
  no_conversations: "还没有会话",
  no_conversations_hint: "找一位同事聊聊吧。",
  account: "账号与设置",
  devices: "登录设备",
  admin: "管理后台",
  theme: "外观",
  theme_system: "跟随系统",
  theme_light: "浅色",
  theme_dark: "深色",
  choose_language: "语言",
};
