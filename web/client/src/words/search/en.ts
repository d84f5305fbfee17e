/** What is said in the search and the switcher, loaded with them: English. */

import type { Sentences } from "../phrase.ts";

export const en = {
  search_none: "Nothing found for “{query}”",
  search_names: "People and conversations",
  search_hits: "Messages",
  searching: "Searching…",
  search_failed: "The search did not work: {why}",
  search_tips: "Try fewer words, or another spelling. from:name, in:group, has:file, before:2026-11-23 narrow a search down.",
  search_filters: "Filters of the search",
  filter_in: "in {title}",
  filter_from_me: "from me",
  filter_mentions_me: "mentions me",
  filter_file: "with a file",
  filter_link: "with a link",
  filter_date: "date",
  filter_after: "From",
  filter_before: "Before",
  switcher_hint: "Go to a person or a group",
  switcher_found: "Found",
  switcher_move: "move",
  switcher_open: "open",
} satisfies Sentences;
