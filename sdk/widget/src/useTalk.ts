/** The talk as something a component reads again after each change. */

import { useEffect, useReducer } from "preact/hooks";
import type { Talk } from "./talk.ts";

export function useTalk(talk: Talk): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => talk.subscribe(() => again(undefined)), [talk]);
}
