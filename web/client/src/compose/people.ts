/** Whom one may mention here: members by name, user name, or the pinyin of a Chinese name; the latest speakers first. */

import type { ConversationState, Person } from "@parley/sdk";
import { door } from "../app/door.ts";
import { personName } from "../app/names.ts";
import { client, me, people } from "../app/state.ts";
import { leads } from "../talk/verbs.ts";
import { t } from "../words/index.ts";
import type { Option, Source } from "./complete.ts";

const MOST = 7;
/** Members fetched to choose from; in larger groups the directory answers. */
const SMALL = 200;
/** Speakers looked at for who spoke last. */
const RECENT = 60;

/** People chosen in one field, until it is sent. */
export class Mentions {
  private readonly row: () => ConversationState;
  private readonly chosen = new Map<number, string>();
  private members: readonly number[] | null = null;

  constructor(row: () => ConversationState) {
    this.row = row;
  }

  /** Ids of the chosen people whose names are still in the words, and whether all are meant. */
  taken(words: string): { readonly users: number[]; readonly all: boolean } {
    const named = new Set([...this.chosen].filter(([, name]) => words.includes(`@${name}`)).map(([id]) => id));
    const row = this.row();
    // Typed to the end without choosing, it is meant all the same.
    if (row.kind === "group") {
      for (const user of this.members ?? []) {
        const person = people.value.get(user);
        if (person && user !== me.value && [person.username, personName(person)].some((name) => says(words, name))) named.add(user);
      }
      if (leads(row) && ["all", t("everybody")].some((name) => says(words, name))) named.add(0);
    }
    return { users: [...named].filter((id) => id > 0), all: named.has(0) };
  }

  forget(): void {
    this.chosen.clear();
  }

  /** Those named in a message that is edited are chosen already. */
  remember(users: readonly number[], all: boolean): void {
    for (const user of users) {
      const person = people.value.get(user);
      if (person) this.chosen.set(user, personName(person));
    }
    if (all) this.chosen.set(0, t("everybody"));
  }

  readonly source: Source = {
    pattern: /(?:^|(?<=[\s\p{Script=Han}，。！？、（(]))@([^\s@]{0,30})$/u,
    options: async (query) => {
      const row = this.row();
      if (row.kind !== "group") return [];
      const found = (await this.candidates(row, query)).map((person): Option => {
        const name = personName(person);
        return { key: `u${person.id}`, user: person.id, title: name, hint: person.title || `@${person.username}`, text: `@${name} `, take: () => this.chosen.set(person.id, name) };
      });
      const all = t("everybody");
      const fits = leads(row) && (all.startsWith(query) || "all".startsWith(query.toLowerCase()));
      return fits ? [...found, { key: "all", picture: "@", title: all, hint: t("everybody_hint", { n: row.member_count }), text: `@${all} `, take: () => this.chosen.set(0, all) }] : found;
    },
  };

  private async candidates(row: ConversationState, query: string): Promise<readonly Person[]> {
    if (row.member_count > SMALL) return query ? (await door.people(query)).slice(0, MOST) : [];
    this.members ??= (await door.members(row.conversation)).members.map(({ user }) => user);
    const unknown = this.members.filter((user) => !people.value.has(user));
    if (unknown.length > 0) await client().people.fetch(unknown);
    const spoke = lately(row.conversation);
    return this.members
      .flatMap((user) => people.value.get(user) ?? client().people.getSnapshot().get(user) ?? [])
      .filter((person) => person.id !== me.value && fits(person, query))
      .sort((a, b) => (spoke.get(b.id) ?? 0) - (spoke.get(a.id) ?? 0))
      .slice(0, MOST);
  }
}

const HAN = /\p{Script=Han}/u;

/** Whether `@name` stands in the words as a word of its own. Chinese is written without spaces around it. */
export function says(words: string, name: string): boolean {
  for (let at = words.indexOf(`@${name}`); at >= 0; at = words.indexOf(`@${name}`, at + 1)) {
    const before = words[at - 1] ?? " ";
    const after = words[at + 1 + name.length] ?? " ";
    const begins = HAN.test(before) || !/[\p{L}\p{N}_.-]/u.test(before);
    const ends = !/[\p{L}\p{N}_-]/u.test(after) || HAN.test(after) !== HAN.test(name[name.length - 1] ?? "");
    if (begins && ends) return true;
  }
  return false;
}

/** Whether a person is meant by what was typed. `initials` holds "wf wangfang" for 王芳. */
export function fits({ name, other_name, username, initials }: Person, query: string): boolean {
  const wanted = query.toLowerCase();
  const starts = [username, ...initials.split(" "), ...name.split(/\s+/), ...other_name.split(/\s+/)];
  return [name, other_name].some((each) => each.toLowerCase().includes(wanted)) || starts.some((each) => each.toLowerCase().startsWith(wanted));
}

function lately(conversation: number): Map<number, number> {
  const said = new Map<number, number>();
  for (const item of client().timeline(conversation).getSnapshot().items.slice(-RECENT)) if (item.kind === "message") said.set(item.message.sender, item.message.seq);
  return said;
}
