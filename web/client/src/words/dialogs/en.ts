/** What is said in the dialogs, loaded with them: English. The other languages have exactly these keys and placeholders. */

import type { Sentences } from "../phrase.ts";

export const en = {
  devices_hint: "Places where you are signed in. Signing out cuts the connection within seconds.",
  this_device: "This device",
  last_seen: "Last seen {time}",
  sign_out_device: "Sign out {name}",
  new_direct: "Direct message",
  new_group: "Group",
  group_name: "Group name",
  find_people: "Find people",
  create_group: "Create group",
  choose_people: "Choose at least one person",
  chosen: { one: "{n} person chosen", other: "{n} people chosen" },
  no_people: "Nobody found",
  owner: "Owner",
  admin_role: "Administrator",
  leave: "Leave the group",
} satisfies Sentences;
