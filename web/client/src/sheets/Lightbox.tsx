/** Pictures at full size: wheel, keys or buttons zoom, dragging moves, R turns, arrows go through the conversation. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { fileUrl, thumbnailUrl } from "../app/door.ts";
import { go } from "../app/route.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import type { Picture } from "../talk/place.ts";
import { t } from "../words/sheets/index.ts";

interface Props {
  readonly list: readonly Picture[];
  readonly at: number;
  readonly conversation: number;
  readonly close: () => void;
}

const LARGEST = 8;
const STEP = 1.4;
const START = { zoom: 1, turn: 0, x: 0, y: 0 };

export function Lightbox({ list, at: first, conversation, close }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const at = useSignal(first);
  const view = useSignal(START);
  const held = useRef<{ x: number; y: number } | null>(null);
  const picture = list[at.value];
  useLayoutEffect(() => box.current?.showModal(), []);
  const step = (by: number): void => {
    const next = at.value + by;
    if (next < 0 || next >= list.length) return;
    at.value = next;
    view.value = START;
  };
  const zoom = (by: number): void => {
    const to = Math.max(1, Math.min(LARGEST, view.value.zoom * by));
    view.value = to === 1 ? { ...view.value, zoom: 1, x: 0, y: 0 } : { ...view.value, zoom: to };
  };
  const turn = (): void => void (view.value = { ...view.value, turn: view.value.turn + 90 });
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") event.stopPropagation(); // the platform closes the dialog
    const does: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => step(-1), ArrowRight: () => step(1), "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), "0": () => (view.value = START), r: turn, R: turn,
    };
    const run = does[event.key];
    if (!run || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    run();
  };
  useEffect(() => {
    // The neighbours are loaded meanwhile.
    for (const each of [list[at.value + 1], list[at.value - 1]]) if (each) new Image().src = fileUrl(each.file);
  }, [at.value]);
  if (!picture) return null;
  const { zoom: scale, turn: degrees, x, y } = view.value;
  const url = fileUrl(picture.file);
  return (
    <dialog ref={box} class="lightbox" aria-label={t("picture_of", { name: picture.name, n: at.value + 1, all: list.length })} onClose={close} onKeyDown={key}>
      <header>
        <p class="title">
          {picture.name} <span class="hint">{list.length > 1 ? `${at.value + 1} / ${list.length}` : ""}</span>
        </p>
        <Tool icon="minus" label={t("zoom_out")} press={() => zoom(1 / STEP)} />
        <span class="zoom-now" aria-live="polite">{Math.round(scale * 100)}%</span>
        <Tool icon="add" label={t("zoom_in")} press={() => zoom(STEP)} />
        <Tool icon="rotate" label={t("rotate")} press={turn} />
        <Tool
          icon="chat"
          label={t("show_in_chat")}
          press={() => {
            close();
            go(conversation, picture.seq);
          }}
        />
        <a class="quiet round" href={url} download={picture.name} aria-label={t("download_picture")} title={t("download_picture")}>
          <Icon name="download" />
        </a>
        <Tool icon="close" label={t("close")} press={close} />
      </header>
      <div
        class={scale > 1 ? "stage zoomed viewer" : "stage viewer"}
        onWheel={(event) => {
          event.preventDefault();
          zoom(event.deltaY < 0 ? STEP : 1 / STEP);
        }}
        onDblClick={() => zoom(scale > 1 ? 1 / LARGEST : STEP * STEP)}
        onClick={(event) => event.target === event.currentTarget && close()}
        onPointerDown={(event) => {
          if (scale === 1) return;
          held.current = { x: event.clientX - x, y: event.clientY - y };
          (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => held.current && (view.value = { ...view.value, x: event.clientX - held.current.x, y: event.clientY - held.current.y })}
        onPointerUp={() => (held.current = null)}
      >
        <img
          key={picture.file}
          src={url}
          alt={picture.name}
          draggable={false}
          style={{ transform: `translate(${x}px, ${y}px) scale(${scale}) rotate(${degrees}deg)`, backgroundImage: `url("${thumbnailUrl(picture.file)}")` }}
        />
      </div>
      {at.value > 0 && (
        <button type="button" class="turn-page left" aria-label={t("previous_picture")} onClick={() => step(-1)}>
          <Icon name="back" />
        </button>
      )}
      {at.value < list.length - 1 && (
        <button type="button" class="turn-page right" aria-label={t("next_picture")} onClick={() => step(1)}>
          <Icon name="forth" />
        </button>
      )}
    </dialog>
  );
}

function Tool({ icon, label, press }: { icon: IconName; label: string; press: () => void }) {
  return (
    <button type="button" class="quiet round" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
