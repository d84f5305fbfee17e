/** The buttons below the field. */

import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";

interface Props {
  readonly editing: boolean;
  readonly ready: boolean;
  readonly urgent: Signal<boolean> | null;
  readonly choose: (files: FileList | null) => void;
  readonly mention: (() => void) | null;
  readonly emojis: (anchor: { x: number; y: number }) => void;
  readonly record: () => void;
  readonly later: (() => void) | null;
}

export function Tools({ editing, ready, urgent, choose, mention, emojis, record, later }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div class="writing-tools">
      {!editing && <Tool icon="attach" label={t("attach")} press={() => picker.current?.click()} />}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          choose(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <Tool
        icon="smile"
        label={t("emoji")}
        popup
        press={(button) => {
          const { left, top } = button.getBoundingClientRect();
          emojis({ x: left, y: top - 380 });
        }}
      />
      {mention && <Tool icon="at" label={t("mention_somebody")} press={mention} />}
      {!editing && <Tool icon="mic" label={t("record")} press={record} />}
      {urgent && <Tool icon="urgent" label={t("urgent_send")} pressed={urgent.value} press={() => (urgent.value = !urgent.value)} />}
      {later && <Tool icon="clock" label={t("send_later")} popup press={later} />}
      <span class="writing-space" />
      <button type="submit" class="send round" aria-label={editing ? t("save") : t("send")} title={editing ? t("save") : t("send")} aria-disabled={!ready}>
        <Icon name={editing ? "check" : "send"} size={18} />
      </button>
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: (button: HTMLElement) => void;
  readonly pressed?: boolean;
  readonly popup?: boolean;
}

function Tool({ icon, label, press, pressed, popup = false }: ToolProps) {
  return (
    <button
      type="button"
      class={pressed ? "quiet round small on" : "quiet round small"}
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      {...(popup ? { "aria-haspopup": "dialog" as const } : {})}
      onClick={(event) => press(event.currentTarget)}
    >
      <Icon name={icon} size={18} />
    </button>
  );
}
