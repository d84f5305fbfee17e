/** A store of the kit as a value of a component. */

import { useLayoutEffect, useState } from "preact/hooks";
import type { Store } from "@parley/sdk";

export function useStore<T>(store: Store<T>): T {
  const [value, set] = useState<T>(() => store.getSnapshot());
  useLayoutEffect(() => {
    const take = (): void => set(() => store.getSnapshot());
    take();
    return store.subscribe(take);
  }, [store]);
  return value;
}
