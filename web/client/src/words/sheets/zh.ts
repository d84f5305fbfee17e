/** 消息相关浮层的中文。 */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  forward_n: { other: "转发 {n} 条消息" },
  forward_one: "转发消息",
  find_conversation: "搜索会话",
  nothing_found: "没有结果",
  forward_how: "转发方式",
  forward_merged: "合并转发",
  forward_singly: "逐条转发",
  add_comment: "附言",
  forward_to: { other: "发送到 {n} 个会话" },
  forward_done: { other: "已转发到 {n} 个会话" },
  forward_failed: { other: "{n} 个会话转发失败" },
  n_read: "已读 {n}",
  n_unread: "未读 {n}",
  who_read: "已读的人",
  who_not: "未读的人",
  confirmed: "已确认",
  nobody_read: "还没有人读过",
  everybody_read: "所有人都已读",
  now: "当前",
  picture_of: "{name}，第 {n} 张，共 {all} 张",
  zoom_out: "缩小",
  zoom_in: "放大",
  rotate: "旋转",
  show_in_chat: "在会话中查看",
  download_picture: "下载图片",
  previous_picture: "上一张",
  download_file: "下载",
  file_lost: "无法加载该文件。",
  file_loading: "正在加载…",
  file_beginning: "仅显示开头部分，下载后可查看全部。",
  next_picture: "下一张",
};
