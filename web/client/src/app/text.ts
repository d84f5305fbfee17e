/**
 * Message text as pieces to draw. Never HTML: a piece is text, a link with a harmless scheme, or a mention.
 */

export type Piece =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "link"; readonly text: string; readonly href: string }
  | { readonly is: "mention"; readonly text: string; readonly user: number };

/** http, https and mailto only. Full-width punctuation ends a link, because Chinese sentences do. */
const LINK = /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"'`，。；：！？、（）【】《》“”‘’\u3000]+/giu;
const TRAILING = /[.,;:!?)\]}'"]+$/;

export function piecesOf(text: string, mentions: readonly { readonly name: string; readonly user: number }[] = []): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const found = trimmed(match[0]);
    const href = safe(found);
    if (href === null) continue;
    if (match.index > from) pieces.push(...mentioned(text.slice(from, match.index), mentions));
    pieces.push({ is: "link", text: found, href });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push(...mentioned(text.slice(from), mentions));
  return pieces;
}

/** The address without the punctuation of the sentence around it; a closing bracket stays when it was opened inside. */
function trimmed(link: string): string {
  let text = link;
  for (;;) {
    const tail = TRAILING.exec(text)?.[0];
    if (!tail) return text;
    const last = text.slice(-1);
    const opens = last === ")" ? "(" : last === "]" ? "[" : last === "}" ? "{" : "";
    if (opens && text.split(opens).length > text.split(last).length - 1) return text;
    text = text.slice(0, -1);
  }
}

/** The address if it is one that may be followed. */
export function safe(link: string): string | null {
  try {
    const url = new URL(link.toLowerCase().startsWith("www.") ? `https://${link}` : link);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function mentioned(text: string, mentions: readonly { readonly name: string; readonly user: number }[]): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest) {
    let best: { at: number; name: string; user: number } | null = null;
    for (const { name, user } of mentions) {
      const at = name ? rest.indexOf(`@${name}`) : -1;
      if (at >= 0 && (best === null || at < best.at || (at === best.at && name.length > best.name.length))) {
        best = { at, name, user };
      }
    }
    if (best === null) break;
    if (best.at > 0) pieces.push({ is: "text", text: rest.slice(0, best.at) });
    pieces.push({ is: "mention", text: `@${best.name}`, user: best.user });
    rest = rest.slice(best.at + best.name.length + 1);
  }
  if (rest) pieces.push({ is: "text", text: rest });
  return pieces;
}
