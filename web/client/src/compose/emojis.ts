/** Emojis by name after a colon. */

import { used } from "../talk/recent.ts";
import type { Source } from "./complete.ts";

const MOST = 8;

export const emojiSource: Source = {
  // Two letters at least, so that "10:3" and ":)" open nothing.
  pattern: /(?:^|(?<=[\s\p{Script=Han}，。！？]))[:：]([\p{L}_+][\p{L}\p{N}_+-]{0,29})$/u,
  options: async (query) => {
    if (query.length < 2 && !/\p{Script=Han}/u.test(query)) return [];
    const { emojiGroups, findEmojis } = await import("../emoji/data.ts");
    return findEmojis(await emojiGroups(), query, MOST).map(({ emoji, name }) => ({
      key: emoji,
      picture: emoji,
      title: name,
      hint: "",
      text: `${emoji} `,
      take: () => used(emoji),
    }));
  },
};
