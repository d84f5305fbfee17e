"""Write ``src/wire.ts`` from ``protocol``: one TypeScript interface and one row of the shape table for each class.

Run from the root of the project: ``python sdk/js/make_wire.py`` (``--check`` only compares). A test runs the check,
so the client cannot drift from the server.
"""

import inspect
import json
import sys
import types
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(__file__).resolve().parent / "src" / "wire.ts"
sys.path.insert(0, str(ROOT))

from protocol import errors, events, facts, frames, limits, replies  # noqa: E402

PLAIN: dict[Any, tuple[str, str]] = {
    Any: ("unknown", "*"),
    int: ("number", "n"),
    float: ("number", "n"),
    str: ("string", "s"),
    bool: ("boolean", "b"),
}
EVENT = "AnyEvent"
#: Fields that every durable event begins with, written once as ``@``.
DURABLE = msgspec.structs.fields(facts.Durable)


def _bare(kind: Any) -> Any:
    return _bare(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def _describe(kind: Any) -> tuple[str, str]:
    """A Python type as a TypeScript type and as a code of the shape table."""
    kind = _bare(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__, str(kind.__struct_config__.tag or kind.__name__)
    if kind == events.AnyEvent:
        return EVENT, EVENT
    if origin in (Union, types.UnionType):
        inner, code = _describe(next(each for each in arguments if each is not type(None)))
        return f"{inner} | null", f"{code}?"
    if origin is list:
        inner, code = _describe(arguments[0])
        return f"readonly {inner}[]", f"[]{code}"
    if origin is dict:
        value = _bare(arguments[1])
        inner = "unknown" if value is Any else _describe(value)[0]
        return f"Readonly<Record<string, {inner}>>", "{}"
    raise TypeError(kind)


def _default(field: Any) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return msgspec.NODEFAULT


def _comment(shape: type, indent: str = "") -> list[str]:
    text = inspect.cleandoc(shape.__doc__ or "").replace("``", "`")
    lines = text.splitlines()
    if len(lines) == 1:
        return [f"{indent}/** {lines[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]


def _interface(shape: type[msgspec.Struct], *, outbound: bool) -> list[str]:
    lines = _comment(shape)
    lines.append(f"export interface {shape.__name__} {{")
    tag = shape.__struct_config__.tag
    if tag:
        lines.append(f"  readonly type: {json.dumps(tag)};")
    for field in msgspec.structs.fields(shape):
        optional = "?" if outbound and _default(field) is not msgspec.NODEFAULT else ""
        lines.append(f"  readonly {field.name}{optional}: {_describe(field.type)[0]};")
    return [*lines, "}", ""]


def _row(shape: type[msgspec.Struct]) -> str:
    """One line of the table: mark (``!`` durable event, ``+`` live event), name, then each field.

    A field is ``name:kind``; ``~`` after it: may be left out and is then empty; ``=…``: is then this value.
    """
    durable = getattr(shape, "durable", None)
    cells = []
    for field in msgspec.structs.fields(shape):
        kind, default = _describe(field.type)[1], _default(field)
        if default is msgspec.NODEFAULT:
            tail = ""
        elif default in (None, 0, "", [], {}):
            tail = "~"
        else:
            tail = f"={json.dumps(default)}"
        cells.append(f"{field.name}:{kind}{tail}")
    if durable:
        cells = ["@", *cells[len(DURABLE) :]]
    mark = {True: "!", False: "+", None: ""}[durable]
    return f"{mark}{shape.__struct_config__.tag or shape.__name__}|{'|'.join(cells)}"


READER = """
/** Field, kind, and the value when it is left out (absent: it must not be). */
export type ShapeRow = readonly [name: string, kind: string, fallback?: unknown];

/** Tags of all events. */
export const EVENT_TAGS: Set<string> = new Set();
/** Tags of those that are entries of a timeline. */
export const DURABLE_TAGS: Set<string> = new Set();
/** Per wire name its fields, in the order of the binary codec. */
export const SHAPES: Readonly<Record<string, readonly ShapeRow[]>> = Object.fromEntries(
  `
TABLE
`
    .trim()
    .replaceAll("@", "conversation:n|seq:n|at:n|sender:n~|client_key:s~")
    .split("\\n")
    .map((line) => {
      const [head = "", ...cells] = line.split("|");
      const name = head.replace(/^[!+]/, "");
      if (name !== head) EVENT_TAGS.add(name);
      if (head.startsWith("!")) DURABLE_TAGS.add(name);
      return [name, cells.map(rowOf)];
    }),
);

function rowOf(cell: string): ShapeRow {
  const [, name = "", kind = "", rest = ""] = /^(\\w+):([^~=]+)(.*)$/.exec(cell) ?? [];
  if (!rest) return [name, kind];
  return [name, kind, rest === "~" ? emptyOf(kind) : JSON.parse(rest.slice(1))];
}

function emptyOf(kind: string): unknown {
  if (kind === "*" || kind.endsWith("?")) return null;
  if (kind.startsWith("[]")) return [];
  return ({ n: 0, s: "", b: false, "{}": {} } as Readonly<Record<string, unknown>>)[kind];
}
"""


def _union(name: str, shapes: list[type], extra: str = "") -> list[str]:
    return [f"export type {name} =", *(f"  | {each.__name__}" for each in shapes), *([f"  | {extra}"] if extra else [])]


def make() -> str:
    """The whole text of ``wire.ts``."""
    told = list(get_args(events.AnyEvent))
    answers = list(get_args(replies.AnyServerFrame))
    requests = list(get_args(frames.AnyFrame))
    nested = [events.LinkPreview, events.ConversationState, replies.Delta, replies.Person]
    lines = [
        "// Made by make_wire.py from the server's protocol package; edit that instead.",
        "// Received objects have every field (codec.ts fills in defaults); sent ones may leave optional fields out.",
        "",
        f"export const VERSION = {limits.VERSION};",
        f"export const SUBPROTOCOL = {json.dumps(limits.SUBPROTOCOL_JSON)};",
        f"export const MAX_PAGE = {limits.MAX_PAGE};",
        f"export const MAX_PEOPLE = {limits.MAX_PEOPLE};",
        f"export const MAX_TEXT_CHARS = {limits.MAX_TEXT_CHARS};",
        f"export const HEARTBEAT_GRACE_SECONDS = {limits.HEARTBEAT_GRACE_SECONDS};",
        "",
        "/** An event of a later version: kept so that its position in the timeline counts, and otherwise ignored. */",
        "export interface UnknownEvent {",
        '  readonly type: "unknown";',
        "  readonly tag: string;",
        "  readonly conversation: number;",
        "  readonly seq: number;",
        "}",
        "",
    ]
    for shape in [*nested, *told, *answers]:
        lines += _interface(shape, outbound=False)
    pong = next(each for each in requests if each is frames.Pong)
    for shape in requests:
        if shape.__name__ in {each.__name__ for each in answers}:
            raise TypeError(shape)
        lines += _interface(shape, outbound=True)
    lines += [*_union(EVENT, told, "UnknownEvent"), "", *_union("DurableEvent", [e for e in told if e.durable]), ""]
    lines += [*_union("ServerFrame", answers), "", *_union("Frame", requests), ""]
    lines += ["/** Requests: frames that carry an id and get an answer. */"]
    unanswered = {pong, frames.SyncAck}
    lines += [*_union("Request", [each for each in requests if each not in unanswered]), ""]
    codes = " | ".join(json.dumps(each) for each in errors.CODES)
    lines += ["/** Every error code of this protocol version. */", f"export type ErrorCode = {codes};", ""]
    lines += ["export const CloseCode = {", *(f"  {each.name}: {each.value}," for each in errors.CloseCode)]
    lines += ["} as const;", ""]
    table = "\n".join(_row(each) for each in [*nested, *told, *answers])
    lines += [READER.replace("TABLE", table).strip(), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    made = make()
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text(encoding="utf-8") == made else "wire.ts is stale: run sdk/js/make_wire.py")
    TARGET.write_text(made, encoding="utf-8")
