/** What is said in the search and the switcher: Simplified Chinese. */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  search_none: "没有找到“{query}”",
  search_names: "联系人和会话",
  search_hits: "消息",
  searching: "正在搜索…",
  search_failed: "搜索失败：{why}",
  search_tips: "试试更少的词或换个说法。可用 from:姓名、in:群名、has:file、before:2026-11-23 缩小范围。",
  search_filters: "搜索筛选",
  filter_in: "在“{title}”中",
  filter_from_me: "我发送的",
  filter_mentions_me: "提到我的",
  filter_file: "含文件",
  filter_link: "含链接",
  filter_date: "日期",
  filter_after: "从",
  filter_before: "早于",
  switcher_hint: "跳转到联系人或群",
  switcher_found: "搜索结果",
  switcher_move: "移动",
  switcher_open: "打开",
};
