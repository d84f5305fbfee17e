/** What is said in the left side: English. The other languages have exactly these keys and placeholders. */

import type { Sentences } from "../phrase.ts";

export const en = {
  search_messages: "Search people and messages",
  search_clear: "Clear search",
  search_none: "Nothing found for “{query}”",
  search_people: "People",
  search_conversations: "Conversations",
  search_hits: "Messages",
  searching: "Searching…",
  new_chat: "New conversation",
  no_conversations: "No conversations yet",
  no_conversations_hint: "Start one with a colleague.",
  account: "Account and settings",
  devices: "Devices",
  admin: "Administration",
  theme: "Appearance",
  theme_system: "System",
  theme_light: "Light",
  theme_dark: "Dark",
  choose_language: "Language",
} satisfies Sentences;
