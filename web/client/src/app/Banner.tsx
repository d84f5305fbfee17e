/** Says that the connection is in trouble, but not before two seconds: most losses are over by then. */

import { useEffect, useState } from "preact/hooks";
import { t } from "../words/index.ts";
import { client, connection, troubled } from "./state.ts";

const PATIENCE_MS = 2000;
/** Close codes after which only signing in again helps. */
const SIGNED_OUT: ReadonlySet<number> = new Set([4401, 4403, 4101]);

export function Banner() {
  const { state, retryAt, troubleSince, code, reason } = connection.value;
  const now = useNow(state !== "online");
  const shown = state === "closed" || (state !== "online" && state !== "idle" && troubleSince > 0 && now - troubleSince >= PATIENCE_MS);
  useEffect(() => void (troubled.value = shown), [shown]);
  if (!shown) return null;
  if (state === "closed") {
    const out = SIGNED_OUT.has(code) || /^(unauthenticated|device_revoked|token_expired)/.test(reason);
    return (
      <div class="banner final" role="alert">
        <p>{out ? t("signed_out") : t("closed_for_good", { code })}</p>
        <a class="button" href={out ? "/signin/" : location.pathname}>
          {out ? t("sign_in_again") : t("reload")}
        </a>
      </div>
    );
  }
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  const text = state === "offline" ? t("trouble_offline") : state === "waiting" ? t("trouble_waiting", { n: seconds }) : t("trouble_connecting");
  return (
    <div class="banner" role="status">
      {/* The countdown is for the eyes; read aloud, it would not stop. */}
      <p aria-hidden="true">{text}</p>
      <span class="hidden">{t("trouble_connecting")}</span>
      <button type="button" disabled={state === "connecting"} onClick={() => client().connection.connect()}>
        {t("retry_now")}
      </button>
    </div>
  );
}

function useNow(running: boolean): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    set(Date.now());
    const timer = setInterval(() => set(Date.now()), 250);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
