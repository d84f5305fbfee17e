/** The board of emojis, loaded when it is first opened. */

import { lazy } from "../parts/lazy.tsx";

export interface EmojisProps {
  readonly anchor: { readonly x: number; readonly y: number };
  readonly choose: (emoji: string) => void;
  readonly close: () => void;
}

export const Emojis = lazy<EmojisProps>(() => import("../emoji/Board.tsx").then(({ Board }) => Board));
