/** What is said in the dialogs, loaded with them: Simplified Chinese. */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  devices_hint: "以下设备已登录你的账号。退出后几秒内即断开连接。",
  this_device: "本设备",
  last_seen: "最近使用：{time}",
  sign_out_device: "退出 {name}",
  new_direct: "单聊",
  new_group: "群聊",
  group_name: "群名称",
  find_people: "查找同事",
  create_group: "创建群聊",
  choose_people: "请至少选择一位同事",
  chosen: { other: "已选 {n} 人" },
  no_people: "没有找到",
  owner: "群主",
  admin_role: "管理员",
  leave: "退出群聊",
};
