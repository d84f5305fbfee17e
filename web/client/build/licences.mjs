/** The notices of the packages inside the bundle, which their licences ask to be shipped. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CLIENT } from "./files.mjs";

export function licences() {
  const lock = JSON.parse(readFileSync(join(CLIENT, "package-lock.json"), "utf8"));
  const names = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path && !dev && !optional)
    .map(([path]) => path)
    .sort();
  return names.map((path) => notice(join(CLIENT, path))).join(`\n${"-".repeat(80)}\n`);
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder) && readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
}
