/** What somebody wrote into the search field: words, and filters such as `from:bob in:launch has:file after:2026-01-31`. */

export interface Query {
  readonly words: string;
  readonly from: string;
  readonly inside: string;
  readonly has: "" | "file" | "link";
  readonly mentions: boolean;
  /** Milliseconds; 0 for no limit. `before` is the beginning of the day that does not count any more. */
  readonly before: number;
  readonly after: number;
}

export const NO_QUERY: Query = { words: "", from: "", inside: "", has: "", mentions: false, before: 0, after: 0 };

const NAMES: Readonly<Record<string, keyof Query>> = {
  from: "from", 来自: "from", in: "inside", 在: "inside", has: "has", 包含: "has", before: "before", 早于: "before", after: "after", 晚于: "after",
};
const HAS: Readonly<Record<string, "file" | "link">> = { file: "file", 文件: "file", link: "link", 链接: "link" };
const ME = new Set(["mentions:me", "to:me", "提到:我", "@me", "@我"]);

/** A value with spaces stands in quotes. A full-width colon is a colon: Chinese input methods give it. */
export function parse(text: string): Query {
  let query: Query = NO_QUERY;
  const words: string[] = [];
  for (const [token = ""] of text.replace(/：/g, ":").matchAll(/[^\s":]+:"[^"]*"|\S+/g)) {
    if (ME.has(token.toLowerCase())) query = { ...query, mentions: true };
    else {
      const colon = token.indexOf(":");
      const name = colon > 0 ? NAMES[token.slice(0, colon).toLowerCase()] : undefined;
      const taken = name ? put(query, name, token.slice(colon + 1).replace(/^"|"$/g, "")) : null;
      if (taken) query = taken;
      else words.push(token);
    }
  }
  return { ...query, words: words.join(" ") };
}

function put(query: Query, name: keyof Query, value: string): Query | null {
  if (!value) return null;
  if (name === "has") {
    const has = HAS[value.toLowerCase()];
    return has ? { ...query, has } : null;
  }
  if (name === "before" || name === "after") {
    const at = dayFrom(value);
    return at === null ? null : { ...query, [name]: at };
  }
  return { ...query, [name]: value };
}

/** Local midnight of "2026-11-23", "11-23" is of this year. */
export function dayFrom(text: string): number | null {
  const found = /^(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (!found) return null;
  const [, year = String(new Date().getFullYear()), month = "", day = ""] = found;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date.getTime() : null;
}

/** `text` with the filter `name` set to `value`; "" takes it out. */
export function withFilter(text: string, name: "from" | "in" | "has" | "before" | "after" | "mentions", value: string): string {
  const others = [...text.matchAll(/[^\s":]+:"[^"]*"|\S+/g)].map(([token]) => token).filter((token) => !token.toLowerCase().startsWith(`${name}:`));
  const said = /\s/.test(value) ? `"${value}"` : value;
  return [...others, ...(value ? [`${name}:${said}`] : [])].join(" ");
}
