"""100,000 random and mutated frames against the session, both codecs: nothing crashes, nothing grows, all is answered.

"Answered" is exact: every frame but ``pong`` and ``sync.ack`` yields a reply, a run, a check, or a documented close.
"""

import gc
import json
import random
import sys
from pathlib import Path

import pytest

from chat.realtime.session import Check, Close, Held, Ponged, Reply, Run, Session
from protocol.codec import CODECS, Codec
from protocol.errors import CLOSE_REASONS, CODES
from protocol.frames import Hello

FRAMES = 50_000
SEED = 20261123
VECTORS = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "frames.json"


def samples(codec: Codec) -> list[bytes]:
    vectors = json.loads(VECTORS.read_text())
    if codec.binary:
        return [bytes.fromhex(each["msgpack"]) for each in vectors]
    return [
        json.dumps(each["json"]).encode() if not isinstance(each["json"], str) else each["json"].encode()
        for each in vectors
    ]


def mutated(rng: random.Random, known: list[bytes]) -> bytes:
    """A sample, damaged in one of the ways bytes get damaged; or no sample at all."""
    way = rng.randrange(9)
    data = bytearray(rng.choice(known))
    if way == 0:
        return rng.randbytes(rng.randrange(64))
    if way == 1:
        return bytes(data[: rng.randrange(len(data) + 1)])
    if way == 2:
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif way == 3:
        place = rng.randrange(len(data))
        data[place:place] = rng.randbytes(rng.randint(1, 8))
    elif way == 4:
        start = rng.randrange(len(data))
        del data[start : start + rng.randint(1, 8)]
    elif way == 5:
        data += rng.choice(known)
    elif way == 6:
        other = rng.choice(known)
        place = rng.randrange(min(len(data), len(other)))
        data[place:] = other[place:]
    elif way == 7:
        nested = rng.choice((b"[", b'{"a":', b"\x91", b"\x81\xa1a"))
        return nested * rng.choice((10, 1_000, 30_000))
    return bytes(data)


def opened(codec: Codec, now: float) -> Session:
    session = Session(codec, now)
    hello = codec.encode(Hello(id=1, version=1))
    session.receive(hello if codec.binary else hello.decode(), now)
    session.welcomed(now)
    return session


def judge(effects: list, codec: Codec) -> bool:
    """Whether the frame was dealt with as documented; returns whether the session lives on."""
    assert effects, "a frame was swallowed"
    alive = True
    for effect in effects:
        if isinstance(effect, Reply):
            assert codec.decode_server(codec.encode(effect.frame)).error in CODES
        elif isinstance(effect, Close):
            assert effect.code in CLOSE_REASONS
            alive = False
        else:
            assert isinstance(effect, Run | Check | Held | Ponged)
    return alive


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
def test_random_and_mutated_frames_never_crash_and_never_pile_up(codec):
    rng, known, now, closed = random.Random(SEED), samples(codec), 0.0, 0
    session = opened(codec, now)
    base = 0
    for number in range(FRAMES):
        now += 0.02
        data: bytes | str = mutated(rng, known)
        if not codec.binary and rng.randrange(20):
            # As a server hands text over: mostly valid UTF-8; the rest stays bytes, the wrong form.
            data = data.decode("utf-8", "surrogateescape")
        if not judge(session.receive(data, now), codec):
            closed += 1
            session = opened(codec, now)
        session.running = 0
        if number == FRAMES // 5:
            gc.collect()
            base = sys.getallocatedblocks()
    gc.collect()
    assert sys.getallocatedblocks() - base < 2_000
    assert 0 < closed < FRAMES / 4


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
def test_before_the_hello_nothing_but_a_hello_gets_anywhere(codec):
    rng, known = random.Random(SEED + 1), samples(codec)
    for _ in range(2_000):
        session = Session(codec, 0)
        data = mutated(rng, known)
        effects = session.receive(data if codec.binary else data.decode("utf-8", "replace"), 0)
        assert not any(isinstance(each, Run | Held | Ponged) for each in effects)
        judge(effects, codec)
