/** A first guess of a row's height, so that the bar of the list says the truth; a row is measured once it is drawn. */

import type { Line } from "./rows.ts";

const DIVIDER = 46;
const LINE = 22;

export function estimate(line: Line | undefined): number {
  if (!line) return 60;
  const extra = (line.day ? DIVIDER : 0) + (line.fresh ? 36 : 0) + (line.leads ? 26 : 0);
  if (line.folded) return 30 + extra;
  if (line.item.kind === "notice") return 32 + extra;
  if (line.item.kind === "whisper" && line.item.message.kind === "text") return 70 + extra;
  const { kind, body, reply_to, reactions, thread_count, previews } = line.item.message;
  const around = extra + (reply_to > 0 ? 28 : 0) + (Object.keys(reactions).length > 0 ? 32 : 0) + (thread_count > 0 ? 34 : 0) + previews.length * 92;
  if (kind === "image") return 40 + scaledHeight(Number(body.width) || 240, Number(body.height) || 180) + around;
  if (kind === "file" || kind === "voice") return 64 + around;
  if (kind === "card" || kind === "forward") return 180 + around;
  const text = typeof body.text === "string" ? body.text : "";
  const lines = text.split("\n").reduce((sum, part) => sum + 1 + Math.floor(part.length / 62), 0);
  return 20 + lines * LINE + around;
}

const WIDEST = 360;
const TALLEST = 300;

/** The room of a picture: as large as it is, up to a limit, in its own proportions. */
export function scaled(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) };
}

function scaledHeight(width: number, height: number): number {
  return scaled(width, height).height;
}
