/** 语音消息的中文。 */

import type { Like } from "../phrase.ts";
import type { en } from "./en.ts";

export const zh: Like<typeof en> = {
  voice_of: "语音消息，{length}",
  play: "播放",
  pause: "暂停",
  position: "播放位置",
  voice_failed: "无法播放",
  speed: "{speed} 倍速",
  no_microphone: "无法使用麦克风。",
  voice_not_sent: "语音消息未发送：{why}",
  recording: "正在录音",
  throw_away: "丢弃",
  microphone: "正在等待麦克风…",
  voice_kept: "未发送，可重试或丢弃。",
  sending_voice: "正在发送…",
  send_voice: "发送语音消息",
};
