/** A person's or group's face: initials on a colour that stays theirs, and a dot for presence. */

import { beginning, hueOf, initials } from "../app/names.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  readonly id: number;
  readonly name: string;
  readonly kind?: string;
  readonly size?: number;
  readonly status?: string | undefined;
}

export function Avatar({ id, name, kind = "direct", size = 40, status }: Props) {
  const style = { "--hue": String(hueOf(id)), width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.36}px` };
  return (
    <span class={`avatar ${kind}`} style={style} aria-hidden="true">
      {kind === "personal" ? <Icon name="note" size={size * 0.5} /> : kind === "group" ? beginning(name) : initials(name)}
      {status && <span class={`presence ${status}`} />}
    </span>
  );
}
