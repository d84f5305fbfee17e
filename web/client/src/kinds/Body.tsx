/** What a message shows, by its kind. One small component each; an unknown kind shows its fallback. */

import type { MessageCreated } from "@parley/sdk";
import type { FunctionComponent } from "preact";
import { fileUrl, thumbnailUrl } from "../app/door.ts";
import { nameOf } from "../app/names.ts";
import { dialog, people } from "../app/state.ts";
import { piecesOf } from "../app/text.ts";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/index.ts";
import { size } from "../words/time.ts";
import { summaryOf, textOf } from "./summary.ts";

type Shown = FunctionComponent<{ message: MessageCreated }>;

const WIDEST = 360;
const TALLEST = 300;

export function Body({ message }: { message: MessageCreated }) {
  const Kind = KINDS[message.kind] ?? Unknown;
  return <Kind message={message} />;
}

const Text: Shown = ({ message }) => <Words text={textOf(message.body)} message={message} />;

function Words({ text, message }: { text: string; message: MessageCreated }) {
  const names = message.mentions.flatMap((user) => {
    const person = people.value.get(user);
    const known = person ? [person.name, person.other_name, person.username] : [nameOf(user)];
    return known.filter(Boolean).map((name) => ({ name, user }));
  });
  return (
    <p class="words" dir="auto">
      {piecesOf(text, names).map((piece, at) => {
        if (piece.is === "text") return piece.text;
        if (piece.is === "mention") {
          return (
            <span class="mention" key={at}>
              {piece.text}
            </span>
          );
        }
        return (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        );
      })}
    </p>
  );
}

const Image: Shown = ({ message }) => {
  const { body } = message;
  const file = textOf(body, "file");
  const name = textOf(body, "name");
  const [width, height] = [Number(body.width) || 240, Number(body.height) || 180];
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  const show = (): void => void (dialog.value = { is: "image", url: fileUrl(file), name });
  return (
    <>
      <button type="button" class="picture" aria-label={t("image_of", { name })} onClick={show}>
        {/* The room is kept from the first moment on, so that a late picture moves nothing. */}
        <img
          src={body.thumbnail ? thumbnailUrl(file) : fileUrl(file)}
          alt=""
          width={Math.round(width * scale)}
          height={Math.round(height * scale)}
          loading="lazy"
          decoding="async"
        />
      </button>
      {textOf(body, "caption") && <Words text={textOf(body, "caption")} message={message} />}
    </>
  );
};

const File: Shown = ({ message }) => {
  const { body } = message;
  const name = textOf(body, "name") || t("file");
  const bytes = size(Number(body.size) || 0);
  return (
    <>
      <a class="attachment" href={fileUrl(textOf(body, "file"))} download={name} aria-label={t("download", { name, size: bytes })}>
        <Icon name="file" size={28} />
        <span>
          <span class="title">{name}</span>
          <span class="hint">{bytes}</span>
        </span>
      </a>
      {textOf(body, "caption") && <Words text={textOf(body, "caption")} message={message} />}
    </>
  );
};

const Card: Shown = ({ message }) => (
  <div class="card">
    <strong>{textOf(message.body, "title")}</strong>
    {textOf(message.body) && <Words text={textOf(message.body)} message={message} />}
  </div>
);

const Unknown: Shown = ({ message }) => (
  <p class="words">{summaryOf(message.kind, message.body) || t("unsupported")}</p>
);

const KINDS: Readonly<Record<string, Shown>> = { text: Text, image: Image, file: File, card: Card, system: Text };
