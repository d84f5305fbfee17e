/** What a message shows, by its kind. One small component each; an unknown kind shows its fallback. */

import type { MessageCreated } from "@parley/sdk";
import type { FunctionComponent } from "preact";
import { fileUrl } from "../app/door.ts";
import { lazy } from "../parts/lazy.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { size } from "../words/time.ts";
import { sheet } from "../talk/place.ts";
import { endingOf, familyOf, lookOf } from "./files.ts";
import { Image } from "./Image.tsx";
import { Merged } from "./Merged.tsx";
import { summaryOf, textOf } from "./summary.ts";
import { Words } from "./Words.tsx";

type Shown = FunctionComponent<{ message: MessageCreated }>;

export function Body({ message }: { message: MessageCreated }) {
  const Kind = KINDS[message.kind] ?? Unknown;
  return <Kind message={message} />;
}

const Text: Shown = ({ message }) => <Words text={textOf(message.body)} message={message} />;

const File: Shown = ({ message }) => {
  const { body } = message;
  const name = textOf(body, "name") || t("file");
  const bytes = size(Number(body.size) || 0);
  const file = textOf(body, "file");
  const look = lookOf(name);
  const open = (event: MouseEvent): void => {
    if (look === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sheet.value = { is: "file", file, name, look };
  };
  return (
    <>
      <a class="attachment" href={fileUrl(file)} download={name} tabIndex={-1} aria-label={t(look ? "look_at" : "download", { name, size: bytes })} onClick={open}>
        <span class={`file-mark ${familyOf(name)}`} aria-hidden="true">
          {endingOf(name) || <Icon name="file" size={22} />}
        </span>
        <span class="file-words">
          <span class="title">{name}</span>
          <span class="hint">{bytes}</span>
        </span>
        <Icon name={look ? "eye" : "download"} size={18} />
      </a>
      {textOf(body, "caption") && <Words text={textOf(body, "caption")} message={message} />}
    </>
  );
};

const Unknown: Shown = ({ message }) => <p class="words">{summaryOf(message.kind, message.body) || t("unsupported")}</p>;

const Card: Shown = lazy<{ message: MessageCreated }>(() => import("../cards/Card.tsx").then(({ Card: component }) => component));
const Voice: Shown = lazy<{ message: MessageCreated }>(() => import("../voice/Player.tsx").then(({ Player }) => Player));

const KINDS: Readonly<Record<string, Shown>> = { text: Text, image: Image, file: File, card: Card, voice: Voice, forward: Merged, system: Text };
