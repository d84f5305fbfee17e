/**
 * Text ↔ typed frames. Left-out fields get their defaults; unknown fields are dropped and unknown events kept as
 * `unknown`, because their position in the timeline counts. A frame that does not fit its shape is refused whole.
 */

import { EVENT_TAGS, SHAPES, type AnyEvent, type Frame, type ServerFrame } from "./wire.ts";

/** A frame that does not fit the protocol. */
export class BadFrame extends Error {}

type Loose = Record<string, unknown>;

export function encode(frame: Frame): string {
  return JSON.stringify(frame);
}

/** One server frame, or undefined for a type of a later version. */
export function decode(text: string): ServerFrame | undefined {
  let loose: unknown;
  try {
    loose = JSON.parse(text);
  } catch {
    throw new BadFrame("not JSON");
  }
  if (!isObject(loose) || typeof loose.type !== "string") throw new BadFrame("not a frame");
  if (!(loose.type in SHAPES) || EVENT_TAGS.has(loose.type)) return undefined;
  return shaped(loose, loose.type, loose.type) as unknown as ServerFrame;
}

/** One event; of a later version: as `unknown`. */
export function decodeEvent(loose: unknown, path = "event"): AnyEvent {
  if (!isObject(loose) || typeof loose.type !== "string") throw new BadFrame(`${path} is not an event`);
  if (!EVENT_TAGS.has(loose.type)) {
    const { conversation, seq } = loose;
    return {
      type: "unknown",
      tag: loose.type,
      conversation: typeof conversation === "number" ? conversation : 0,
      seq: typeof seq === "number" ? seq : 0,
    };
  }
  return shaped(loose, loose.type, path) as unknown as AnyEvent;
}

/** An answer of the HTTP door in the shape of a wire class (`Person`, `ConversationState`, `inbox.page` …). */
export function decodeAs<T>(shape: string, loose: unknown): T {
  return shaped(loose, shape, shape) as T;
}

function shaped(loose: unknown, shape: string, path: string): Loose {
  const rows = SHAPES[shape];
  if (rows === undefined || !isObject(loose)) throw new BadFrame(`${path} is not a ${shape}`);
  const made = blank(shape, rows);
  if (typeof loose.type === "string") made.type = loose.type;
  for (const [name, kind, fallback] of rows) {
    const value = loose[name];
    if (value !== undefined) made[name] = checked(value, kind, `${path}.${name}`);
    else if (fallback !== undefined) made[name] = fallback;
    else throw new BadFrame(`${path}.${name} is missing`);
  }
  return made;
}

const blanks = new Map<string, Loose>();

/**
 * An object that has all its fields already. Given to it one by one, by names that are not known beforehand, more than a
 * dozen of them turn an object into a hash table, which is four times as large and slow to read (V8).
 */
function blank(shape: string, rows: (typeof SHAPES)[string]): Loose {
  let known = blanks.get(shape);
  if (known === undefined) {
    known = JSON.parse(JSON.stringify(Object.fromEntries(rows.map(([name]) => [name, null])))) as Loose;
    blanks.set(shape, known);
  }
  return { ...known };
}

function checked(value: unknown, kind: string, path: string): unknown {
  if (kind.endsWith("?")) return value === null ? null : checked(value, kind.slice(0, -1), path);
  if (kind.startsWith("[]")) {
    if (!Array.isArray(value)) throw new BadFrame(`${path} is not a list`);
    return value.map((each: unknown, at) => checked(each, kind.slice(2), `${path}[${at}]`));
  }
  switch (kind) {
    case "n":
      if (typeof value === "number") return value;
      break;
    case "s":
      if (typeof value === "string") return value;
      break;
    case "b":
      if (typeof value === "boolean") return value;
      break;
    case "{}":
      if (isObject(value)) return value;
      break;
    case "*":
      return value;
    case "AnyEvent":
      return decodeEvent(value, path);
    default:
      return shaped(value, kind, path);
  }
  throw new BadFrame(`${path} has the wrong type`);
}

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
