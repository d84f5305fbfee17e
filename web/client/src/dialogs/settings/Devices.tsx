/** Where one is signed in, and signing out there. */

import { useEffect, useState } from "preact/hooks";
import { door, type Device } from "../../app/door.ts";
import { signOut } from "../../app/signout.ts";
import { t } from "../../words/dialogs/index.ts";
import { why } from "../../words/index.ts";
import { full } from "../../words/time.ts";
import { Part } from "./fields.tsx";

export function Devices() {
  const [devices, set] = useState<readonly Device[] | null>(null);
  const [error, fail] = useState("");
  const load = (): void => {
    door.devices().then(set, (cause: { code?: string }) => fail(cause.code ?? "internal"));
  };
  useEffect(load, []);
  const revoke = ({ id, current }: Device): void => {
    if (current) void signOut();
    else door.revoke(id).then(load, (cause: { code?: string }) => fail(cause.code ?? "internal"));
  };
  return (
    <Part title={t("devices")}>
      <p class="hint">{t("devices_hint")}</p>
      {error && <p role="alert">{why(error)}</p>}
      {!devices && !error && <p role="status">{t("loading")}</p>}
      <ul class="devices">
        {devices?.map((device) => (
          <li key={device.id}>
            <span>
              <b>{device.name}</b>
              <span class="hint">
                {device.current ? t("this_device") : t("last_seen", { time: full(device.last_seen_at) })}
                {device.last_ip && ` · ${device.last_ip}`}
              </span>
            </span>
            <button type="button" class="plain" aria-label={t("sign_out_device", { name: device.name })} onClick={() => revoke(device)}>
              {t("sign_out")}
            </button>
          </li>
        ))}
      </ul>
      <a href="/security/">{t("second_steps")}</a>
    </Part>
  );
}
