/**
 * Client keys: 22 characters of chance, so that no two writes of anybody ever meet.
 */

import type { Random } from "./ports.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 22 characters of 62 are 131 bits. */
const LENGTH = 22;

export function clientKey(random: Random): string {
  let key = "";
  for (let at = 0; at < LENGTH; at++) key += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? "0";
  return key;
}
