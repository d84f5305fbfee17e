/** Code in colours, lightly: comments, texts, numbers and the words of the language. Loaded when the first code is shown. */

export type Tint = "" | "comment" | "string" | "number" | "keyword";

export interface Run {
  readonly tint: Tint;
  readonly text: string;
}

const C_LIKE = "break case catch class const continue default delete do else enum export extends finally for from function if implements import in instanceof interface let new of private protected public readonly return static super switch this throw try type typeof var void while with yield async await true false null undefined";
const WORDS: Readonly<Record<string, string>> = {
  js: C_LIKE,
  py: "and as assert async await break class continue def del elif else except finally for from global if import in is lambda match case nonlocal not or pass raise return try while with yield True False None self",
  go: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false",
  rs: "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait type unsafe use where while true false",
  c: "auto bool break case char class const continue default delete do double else enum extern final float for goto if implements import inline int interface long namespace new null nullptr package private protected public return short signed sizeof static struct super switch template this throw throws try typedef union unsigned using virtual void volatile while true false var val fun override string",
  sh: "if then else elif fi for while do done case esac function in return export local echo cd sudo set source exit",
  sql: "select from where and or not in is null insert into values update set delete create table index drop alter join left right inner outer on group by order having limit offset as distinct union primary key references begin commit rollback with case when then else end",
  css: "important media supports import from to",
  json: "true false null",
};
const SAME: Readonly<Record<string, string>> = {
  javascript: "js", typescript: "js", ts: "js", tsx: "js", jsx: "js", python: "py", golang: "go", rust: "rs", cpp: "c", "c++": "c", java: "c",
  kotlin: "c", kt: "c", swift: "c", cs: "c", php: "c", h: "c", bash: "sh", shell: "sh", zsh: "sh", console: "sh", yaml: "sh", yml: "sh", toml: "sh",
  ini: "sh", ruby: "py", rb: "py", scss: "css", less: "css", json5: "json", postgresql: "sql", mysql: "sql",
};
const HASH: ReadonlySet<string> = new Set(["py", "sh"]);
/** Longer code is shown in one colour: the reader copies it rather than reads it. */
const LONGEST = 20_000;

export function runsOf(code: string, language: string): Run[] {
  const family = SAME[language] ?? language;
  const words = WORDS[family];
  if (words === undefined || code.length > LONGEST) return [{ tint: "", text: code }];
  const keywords = new Set(words.split(" "));
  const comment = HASH.has(family) ? "#[^\\n]*" : family === "sql" ? "--[^\\n]*" : "\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?(?:\\*\\/|$)";
  const pattern = new RegExp(`(${comment})|("""[\\s\\S]*?(?:"""|$)|"(?:\\\\.|[^"\\\\\\n])*"?|'(?:\\\\.|[^'\\\\\\n])*'?|\`(?:\\\\.|[^\`\\\\])*\`?)|\\b(\\d[\\w.]*)|([A-Za-z_]\\w*)`, "g");
  const runs: Run[] = [];
  let from = 0;
  const add = (tint: Tint, text: string): void => {
    const last = runs[runs.length - 1];
    if (!text) return;
    if (last?.tint === tint) runs[runs.length - 1] = { tint, text: last.text + text };
    else runs.push({ tint, text });
  };
  for (const match of code.matchAll(pattern)) {
    add("", code.slice(from, match.index));
    const [text, remark, quoted, figure, word = ""] = match;
    const known = keywords.has(word) || (family === "sql" && keywords.has(word.toLowerCase()));
    add(remark ? "comment" : quoted ? "string" : figure ? "number" : known ? "keyword" : "", text);
    from = match.index + text.length;
  }
  add("", code.slice(from));
  return runs;
}
