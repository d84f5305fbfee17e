/** The card of a person, beside the name or face that was clicked. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { complain } from "../app/actions.ts";
import { dialog, type Card } from "../app/layers.ts";
import { nameOf } from "../app/names.ts";
import { go } from "../app/route.ts";
import { client, me, people, presence } from "../app/state.ts";
import { groups, type CardAnswer } from "../door/groups.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Icon } from "../parts/Icon.tsx";
import { t } from "../words/dialogs/index.ts";
import { full } from "../words/time.ts";

const MARGIN = 12;

export function ProfileCard({ user, x, y, close }: Card & { close: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [answer, set] = useState<CardAnswer | null>(null);
  const person = people.value.get(user) ?? answer?.person;
  useEffect(() => {
    groups.card(user).then(
      (found) => {
        client().people.put([found.person]);
        set(found);
      },
      () => undefined, // what is known already is shown
    );
  }, [user]);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useLayoutEffect(() => {
    const card = box.current;
    if (!card) return;
    const { width, height } = card.getBoundingClientRect();
    card.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
    card.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
  }, [x, y, answer]);
  useEffect(() => {
    const away = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", away, true);
    return () => removeEventListener("pointerdown", away, true);
  }, []);
  const message = (): void => {
    close();
    client().openDirect(user).then(({ conversation }) => go(conversation), complain);
  };
  const name = nameOf(user);
  const now = Date.now();
  const status = presence.value.get(user) ?? "offline";
  const says = person && (person.status_until === 0 || person.status_until > now) ? [person.status_emoji, person.status_text].filter(Boolean).join(" ") : "";
  const path = answer && answer.path.length > 0 ? answer.path.join("\n") : person?.department;
  return (
    <div ref={box} class="card" role="dialog" aria-label={t("card_of", { name })} onKeyDown={(event) => event.key === "Escape" && (close(), event.stopPropagation())}>
      <div class="card-head">
        <Avatar id={user} name={name} size={64} file={person?.avatar} status={status} />
        <div>
          <h2>{name}</h2>
          <p class="hint">
            {[person?.other_name && person.other_name !== name ? person.other_name : person?.name !== name ? person?.name : "", person?.title].filter(Boolean).join(" · ")}
          </p>
        </div>
      </div>
      {says && <p class="card-status">{says}</p>}
      <dl class="facts">
        <Fact icon="dot" text={t(status === "online" ? "online" : status === "away" ? "away" : "offline")} />
        {person && person.quiet_until > now && <Fact icon="quiet" text={t("card_quiet", { time: full(person.quiet_until) })} />}
        {person && <Fact icon="person" text={`@${person.username}`} />}
        {path && <Fact icon="folder" text={path} />}
        {answer && answer.shared > 0 && <Fact icon="people" text={t("card_shared", { n: answer.shared })} />}
      </dl>
      <div class="card-buttons">
        {user === me.value ? (
          <button type="button" class="button" onClick={() => (close(), (dialog.value = { is: "settings", page: "profile" }))}>
            {t("card_edit")}
          </button>
        ) : (
          <button type="button" class="button" onClick={message}>
            <Icon name="chats" size={17} /> {t("card_message")}
          </button>
        )}
        {user !== me.value && (
          <button type="button" class="plain" onClick={() => (close(), (dialog.value = { is: "new", members: [user] }))}>
            {t("card_group")}
          </button>
        )}
      </div>
    </div>
  );
}

function Fact({ icon, text }: { icon: Parameters<typeof Icon>[0]["name"]; text: string }) {
  return (
    <div>
      <dt>
        <Icon name={icon} size={16} />
      </dt>
      <dd>{text}</dd>
    </div>
  );
}
