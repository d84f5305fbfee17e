/** A component whose code is fetched when it is first shown: what nobody opens costs nobody a byte. */

import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../words/index.ts";

type Loaded<Props> = FunctionComponent<Props> | "failed" | null;

/** `load` imports the component; `Waiting` is shown until then. */
export function lazy<Props extends object>(load: () => Promise<FunctionComponent<Props>>, Waiting: FunctionComponent = Nothing): FunctionComponent<Props> {
  let known: Loaded<Props> = null;
  return function Lazy(props: Props) {
    const [found, set] = useState<{ is: Loaded<Props> }>({ is: known });
    useEffect(() => {
      if (typeof found.is === "function") return;
      let wanted = true;
      load().then(
        (component) => {
          known = component;
          if (wanted) set({ is: component });
        },
        () => wanted && set({ is: "failed" }),
      );
      return () => void (wanted = false);
    }, []);
    if (found.is === "failed") return <Failed />;
    if (found.is === null) return <Waiting />;
    const Component = found.is;
    return <Component {...props} />;
  };
}

function Nothing() {
  return null;
}

/** The server has a newer page, or there is no network: both are over after a reload. */
function Failed() {
  return (
    <div class="empty" role="alert">
      <p>{t("part_failed")}</p>
      <button type="button" class="plain" onClick={() => location.reload()}>
        {t("reload")}
      </button>
    </div>
  );
}
