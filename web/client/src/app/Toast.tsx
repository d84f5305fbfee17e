/** A word in passing at the bottom, with a way back when there is one. Waits while it is pointed at or focused. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { toast } from "./layers.ts";

const STAYS_MS = 6000;
const STAYS_FOR_ACTION_MS = 10_000;

export function Toast() {
  const now = toast.value;
  const [held, hold] = useState(false);
  const left = useRef(0);
  useEffect(() => {
    left.current = now?.action ? STAYS_FOR_ACTION_MS : STAYS_MS;
  }, [now]);
  useEffect(() => {
    if (!now || held) return;
    const timer = setTimeout(() => (toast.value = null), left.current);
    return () => clearTimeout(timer);
  }, [now, held]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {now && (
        <div class="toast" onMouseEnter={() => hold(true)} onMouseLeave={() => hold(false)} onFocusCapture={() => hold(true)} onBlurCapture={() => hold(false)}>
          <p>{now.text}</p>
          {now.action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                toast.value = null;
                now.run?.();
              }}
            >
              {now.action}
            </button>
          )}
          <button type="button" class="quiet round small" aria-label={t("close")} onClick={() => (toast.value = null)}>
            <Icon name="close" size={15} />
          </button>
        </div>
      )}
    </div>
  );
}
