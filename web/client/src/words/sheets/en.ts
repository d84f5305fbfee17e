/** What is said above the page about a message: English. */

import type { Sentences } from "../phrase.ts";

export const en = {
  forward_n: { one: "Forward {n} message", other: "Forward {n} messages" },
  forward_one: "Forward message",
  find_conversation: "Find a conversation",
  nothing_found: "Nothing found",
  forward_how: "How to forward",
  forward_merged: "As one",
  forward_singly: "One by one",
  add_comment: "Add a comment",
  forward_to: { one: "Send to {n} conversation", other: "Send to {n} conversations" },
  forward_done: { one: "Forwarded to {n} conversation", other: "Forwarded to {n} conversations" },
  forward_failed: { one: "{n} conversation could not be reached", other: "{n} conversations could not be reached" },
  n_read: "Read · {n}",
  n_unread: "Unread · {n}",
  who_read: "Have read it",
  who_not: "Have not read it",
  confirmed: "confirmed",
  nobody_read: "Nobody has read it yet",
  everybody_read: "Everybody has read it",
  now: "now",
  picture_of: "{name}, image {n} of {all}",
  zoom_out: "Zoom out",
  zoom_in: "Zoom in",
  rotate: "Rotate",
  show_in_chat: "Show in the conversation",
  download_picture: "Download the image",
  previous_picture: "Previous image",
  next_picture: "Next image",
} satisfies Sentences;
