/** 消息卡片的中文。 */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  action_sent: "已发送",
  action_failed: "未完成：{why}",
  yes_do: "确定{what}",
  choose: "请选择…",
  submit: "提交",
};
