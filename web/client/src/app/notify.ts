/**
 * Notifications while a page is open: only for what speaks up, only when nobody looks, and from one tab of many.
 */

import type { MessageCreated } from "@parley/sdk";
import { toast } from "./layers.ts";
import { nameOf, titleOf } from "./names.ts";
import { speaksUp } from "./quiet.ts";
import { go } from "./route.ts";
import { settings } from "./settings.ts";
import { inbox, me, people, selected, type Client } from "./state.ts";
import { summaryOf } from "../kinds/summary.ts";
import { t } from "../words/index.ts";

/** Older than this is not news: it was missed while away, and the list shows it. */
const NEWS_MS = 120_000;
/** What a tab tells the others while somebody looks at it, and how long that holds. */
const LOOKING = "looking";
const LOOKS_MS = 5000;
const TELLS_MS = 3000;

export function notify(client: Client): void {
  const elsewhere = lookedAtElsewhere(client);
  client.events.on((event) => {
    if (event.type === "reminder.changed" && event.state === "due") remind(event.target, event.message, event.note);
    const message = event.type === "mention.received" ? event.message : event.type === "message.created" ? event : null;
    if (!message || client.tabs?.leader === false || Date.now() - message.at > NEWS_MS) return;
    if (looksAt(message.conversation) || elsewhere(message.conversation)) return;
    tell(message);
  });
}

/** In the page of every device that is looked at; away from it, push does. */
function remind(conversation: number, seq: number, note: string): void {
  toast.value = { text: note ? `${t("reminder_due")} ${note}` : t("reminder_due"), action: t("reminder_show"), run: () => go(conversation, seq) };
}

function looksAt(conversation: number): boolean {
  return !document.hidden && document.hasFocus() && selected.value === conversation;
}

/** Another tab may be showing that conversation to the person; it says so when it comes to the front. */
function lookedAtElsewhere({ tabs }: Client): (conversation: number) => boolean {
  let there = { conversation: 0, until: 0 };
  tabs?.on(LOOKING, (value) => {
    there = { conversation: Number(value), until: Date.now() + LOOKS_MS };
  });
  const say = (): void => {
    if (!document.hidden && document.hasFocus()) tabs?.tell(LOOKING, selected.value);
  };
  setInterval(say, TELLS_MS);
  selected.subscribe(say);
  return (conversation) => there.conversation === conversation && there.until > Date.now();
}

/** Told already, by seq per conversation: a mention comes in two timelines. */
const told = new Map<number, number>();

function tell(message: MessageCreated): void {
  const { conversation, seq, sender } = message;
  if ((told.get(conversation) ?? 0) >= seq) return;
  const row = inbox.value.rows.find((each) => each.conversation === conversation);
  const self = people.value.get(me.value);
  if (!row || !speaksUp(message, row, { id: me.value, quiet_until: self?.quiet_until ?? 0 }, settings.value, Date.now())) return;
  told.set(conversation, seq);
  const { preview, sound } = settings.value.notifications;
  if (sound) chime();
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const text = preview ? summaryOf(message.kind, message.body) : t("notified_plain");
  const body = row.kind === "group" && preview ? t("said", { name: nameOf(sender), text }) : text;
  // One notification per conversation: the next replaces it, and says so again.
  const options: NotificationOptions & { renotify?: boolean } = {
    body,
    tag: `c${conversation}`,
    renotify: true,
    icon: "/static/pages/icon-192.png",
    silent: !sound,
    data: { conversation, seq },
  };
  void show(titleOf(row), options, () => go(conversation, seq));
}

/** Through the worker where there is one: such a notification outlives the page, and phones allow no other. */
async function show(title: string, options: NotificationOptions, open: () => void): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) return worker.showNotification(title, options);
  const shown = new Notification(title, options);
  shown.onclick = () => {
    window.focus();
    open();
    shown.close();
  };
}

let sounds: AudioContext | undefined;

/** Two soft tones. Made here: no file to fetch. Silent until the person has clicked once, as browsers want it. */
function chime(): void {
  sounds ??= new AudioContext();
  if (sounds.state !== "running") {
    void sounds.resume();
    return;
  }
  const start = sounds.currentTime;
  for (const [frequency, at] of [[880, 0], [1174.7, 0.09]] as const) {
    const tone = sounds.createOscillator();
    const volume = sounds.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start + at);
    volume.gain.exponentialRampToValueAtTime(0.06, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.35);
    tone.connect(volume).connect(sounds.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.4);
  }
}
