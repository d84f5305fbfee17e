/** A person's or group's face: the picture they chose or initials on a colour that stays theirs, and a dot for presence. */

import { useState } from "preact/hooks";
import { beginning, hueOf, initials } from "../app/names.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  readonly id: number;
  readonly name: string;
  readonly kind?: string;
  readonly size?: number;
  readonly status?: string | undefined;
  /** The picture's id, "" for none. */
  readonly file?: string | undefined;
}

export function Avatar({ id, name, kind = "direct", size = 40, status, file = "" }: Props) {
  const [broken, fail] = useState("");
  const style = { "--hue": String(hueOf(id)), width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.36}px` };
  const picture = file && file !== broken;
  // Drawn by the style sheet: as text in a button it would have to be part of the button's name (WCAG 2.5.3).
  const letters = picture || kind === "personal" ? undefined : kind === "group" ? beginning(name) : initials(name);
  return (
    <span class={`avatar ${kind}`} style={style} data-letters={letters} aria-hidden="true">
      {picture ? (
        <img src={`/api/v1/avatars/${file}`} alt="" width={size} height={size} loading="lazy" onError={() => fail(file)} />
      ) : (
        kind === "personal" && <Icon name="note" size={size * 0.5} />
      )}
      {status && status !== "offline" && <span class={`presence ${status}`} />}
    </span>
  );
}
