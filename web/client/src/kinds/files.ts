/** What a file's name says of it: which mark it gets, and whether the page itself can show what is inside. */

const FAMILIES: Readonly<Record<string, string>> = {
  pdf: "PDF", sheet: "XLS XLSX CSV ET NUMB", words: "DOC DOCX TXT MD WPS RTF PAGE", slides: "PPT PPTX KEY DPS", pack: "ZIP RAR 7Z GZ TAR", sound: "MP3 WAV OGG M4A", film: "MP4 MOV WEBM MKV",
};
const TEXTS = "TXT MD CSV TSV LOG JSON YAML YML TOML INI XML HTML CSS JS TS TSX JSX PY GO RS C H CPP JAVA KT CS PHP RB SH SQL DIFF";
const SOUNDS = "MP3 WAV OGG M4A";
const FILMS = "MP4 MOV WEBM";

export type Look = "text" | "sound" | "film";

export function endingOf(name: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
  return ending.length <= 4 ? ending.toUpperCase() : "";
}

export function familyOf(name: string): string {
  return Object.keys(FAMILIES).find((family) => has(FAMILIES[family] ?? "", name)) ?? "";
}

/** How the page can show the file, null when it can only be downloaded. */
export function lookOf(name: string): Look | null {
  return has(TEXTS, name) ? "text" : has(SOUNDS, name) ? "sound" : has(FILMS, name) ? "film" : null;
}

function has(endings: string, name: string): boolean {
  const ending = endingOf(name);
  return ending !== "" && endings.split(" ").includes(ending);
}
