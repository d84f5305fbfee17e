/** Text with its web addresses as links; everything else stays text, so no message can become markup. */

import { h, type ComponentChild } from "preact";

const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）]+/g;

export function linked(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    parts.push(text.slice(from, match.index));
    parts.push(h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    from = match.index + address.length;
  }
  parts.push(text.slice(from));
  return parts;
}
