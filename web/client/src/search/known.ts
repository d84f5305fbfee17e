/** Everybody and everything that this browser knows by name, prepared for finding. Prepared anew only when it changed. */

import { computed } from "@preact/signals";
import type { ConversationState, Person } from "@parley/sdk";
import { titleOf } from "../app/names.ts";
import { inbox, me, people } from "../app/state.ts";
import { prepare, type Entry, type Prepared } from "./match.ts";

export interface Known extends Entry {
  readonly key: string;
  /** The conversation to open; 0 for a person one never talked to. */
  readonly conversation: number;
  readonly user: number;
  readonly kind: string;
}

const persons = new WeakMap<Person, Prepared<Known>>();

/** What somebody may type for a person: names, user name, pinyin, and the first letters of a Latin name. */
export function wordsOf(person: Person): string[] {
  const { name, other_name, username, initials } = person;
  return [name, other_name, username, ...initials.split(" "), firstLetters(name), firstLetters(other_name)];
}

function firstLetters(name: string): string {
  const parts = name.split(/[\s\-.]+/).filter(Boolean);
  return parts.length > 1 ? parts.map((part) => part[0] ?? "").join("") : "";
}

function ofPerson(person: Person): Prepared<Known> {
  let known = persons.get(person);
  if (!known) {
    known = prepare({ key: `u${person.id}`, conversation: 0, user: person.id, kind: "direct", words: wordsOf(person), weight: 0 });
    persons.set(person, known);
  }
  return known;
}

function ofRow(row: ConversationState, weight: number): Prepared<Known> {
  const person = people.value.get(row.peer);
  const words = person ? wordsOf(person) : [titleOf(row), ...(row.kind === "personal" ? ["notes", "笔记", "biji"] : [])];
  return prepare({ key: `c${row.conversation}`, conversation: row.conversation, user: row.peer, kind: row.kind, words, weight });
}

/** Conversations by how recent they are, then people without one. */
export const known = computed((): readonly Prepared<Known>[] => {
  const rows = inbox.value.rows;
  const talked = new Set(rows.map(({ peer }) => peer));
  const listed = rows.map((row, at) => ofRow(row, 1 - at / (rows.length + 1)));
  for (const person of people.value.values()) {
    if (person.id !== me.value && person.active && person.kind === "human" && !talked.has(person.id)) listed.push(ofPerson(person));
  }
  return listed;
});
