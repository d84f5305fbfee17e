"""Sizes and times of both codecs on this machine, kept in docs/measured/codecs.json: ``python -m docs.measure_codecs``.

The page docs/protocol.md prints the kept result, so that generating it does not depend on how busy the machine is.
"""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from protocol import events, frames, replies
from protocol.codec import CODECS, Codec

KEPT = Path(__file__).parent / "measured" / "codecs.json"
#: A short Chinese or English line; the client key is 22 characters, as the client kits make it.
TEXT_20 = "See you there at ten"
CLIENT_KEY = "3wYq0mVb2rQk8ZtC5nXa7d"
AT = 1_764_000_000_000

SEND = frames.MessageSend(id=1_000, conversation=70_000, client_key=CLIENT_KEY, body={"text": TEXT_20})
CREATED = events.MessageCreated(
    conversation=70_000,
    seq=120_000,
    at=AT,
    sender=4_000,
    client_key=CLIENT_KEY,
    number=110_000,
    kind="text",
    body={"text": TEXT_20},
    version=120_000,
)
SAMPLES: list[tuple[str, msgspec.Struct, str]] = [
    ("message.send, 20 characters, up", SEND, "decode_frame"),
    ("message.created, 20 characters, down", CREATED, "decode_event"),
    (
        "message.accepted",
        replies.Accepted(id=1, conversation=70_000, seq=120_000, at=AT, number=110_000),
        "decode_server",
    ),
    ("16 messages in one events frame", replies.Events(events=[CREATED] * 16), "decode_server"),
    ("heartbeat (ping without heads)", replies.ServerPing(), "decode_server"),
    ("pong", frames.Pong(), "decode_frame"),
]


def microseconds(action: Callable[[], Any]) -> float:
    """Median of 15 rounds of about 10 ms each."""
    rounds = max(1, int(0.01 / max(_timed(action, 20), 1e-8)))
    return round(statistics.median(_timed(action, rounds) for _ in range(15)) * 1e6, 2)


def _timed(action: Callable[[], Any], rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        action()
    return (time.perf_counter() - start) / rounds


def measured(codec: Codec, value: msgspec.Struct, decoder: str) -> dict[str, float]:
    """Bytes of the encoded value, and microseconds to encode and to decode it."""
    raw = codec.encode(value)
    decode = getattr(codec, decoder)
    return {
        "bytes": len(raw),
        "encode": microseconds(lambda: codec.encode(value)),
        "decode": microseconds(lambda: decode(raw)),
    }


def main() -> None:
    """Measure and keep."""
    result = {
        "machine": f"{platform.machine()}, Python {sys.version.split()[0]}, msgspec {msgspec.__version__}",
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
        "rows": [
            {"what": what}
            | {codec.name.rsplit(".", 1)[-1]: measured(codec, value, decoder) for codec in CODECS.values()}
            for what, value, decoder in SAMPLES
        ],
    }
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
