/** What is said around voice messages: English. */

import type { Sentences } from "../phrase.ts";

export const en = {
  voice_of: "Voice message, {length}",
  play: "Play",
  pause: "Pause",
  position: "Position",
  voice_failed: "cannot be played",
  speed: "Speed: {speed}×",
  no_microphone: "The microphone cannot be used.",
  voice_not_sent: "The voice message was not sent: {why}",
  recording: "Recording",
  throw_away: "Throw away",
  microphone: "Waiting for the microphone…",
  voice_kept: "Not sent. Try again, or throw it away.",
  sending_voice: "Sending…",
  send_voice: "Send the voice message",
} satisfies Sentences;
