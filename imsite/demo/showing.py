"""One of each in the demo company: a pin, a thread, an urgent message, a voice message, a poll, a merged forward.

Written through the services, after the talk; each has its own client key, so a second run adds nothing.
"""

import math
import struct
import wave
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

from accounts.actor import SYSTEM, Actor
from chat import timeline
from chat.models import Entry
from chat.services import files, forwarding, messages, polls
from chat.timeline import Draft
from imsite.demo.history import Told

#: Samples a second of the voice message, its seconds, and the steps of its waveform.
RATE, SECONDS, STEPS = 8_000, 4, 48
THREAD = (
    ("maya", "Blue on dark works too, I tried it on my phone."),
    ("zhangmin", "深色版我今晚补一张图。"),
    ("leo", "Then the website gets both versions."),
    ("lina", "谢谢大家！Let us close it here."),
)


def show(places: Mapping[str, Told], ids: Mapping[str, int], now: datetime) -> None:
    """All six, none of them said by Alice or Bob: whoever speaks has read what is there, and theirs shall be unread."""
    launch, oncall, lunch = (places[key].conversation for key in ("launch", "oncall", "lunch"))
    root = _one(
        launch, "thread", ids["priya"], now - timedelta(minutes=80), "Both colours of the start page: opinions? 🎨"
    )
    for place, (who, text) in enumerate(THREAD):
        at = now - timedelta(minutes=78 - 6 * place)
        _one(launch, f"reply-{place}", ids[who], at, text, thread_root=root)
    pinned = Draft(actor=SYSTEM, conversation=launch, type="message.pinned", client_key="demo-show-pin", target=root)
    _append(replace(pinned, sender=ids["lina"], at=_milliseconds(now - timedelta(minutes=50))))
    at = now - timedelta(minutes=30)
    text = "Database switch-over tonight at 22:00, the mail service stops for five minutes. 请值班同学确认。"
    urgent = _one(oncall, "urgent", ids["wangwei"], at, text, urgent=True)
    confirmed = Draft(
        actor=SYSTEM, conversation=oncall, type="message.confirmed", client_key="demo-show-confirm", target=urgent
    )
    _append(replace(confirmed, sender=ids["bob"], at=_milliseconds(at + timedelta(minutes=2))))
    _speak(lunch, ids["lina"], now - timedelta(minutes=20))
    _ask(lunch, ids)
    _forward(launch, places["direct-alice-lina"].conversation, ids["lina"])


def _one(conversation: int, name: str, sender: int, at: datetime, text: str, **more: object) -> int:
    draft = messages.draft_send(
        actor=SYSTEM, conversation=conversation, client_key=f"demo-show-{name}", body={"text": text}, sender=sender
    )
    return _append(replace(draft, at=_milliseconds(at), **more))  # type: ignore[arg-type]


def _append(draft: Draft) -> int:
    [outcome] = timeline.append([draft])
    if outcome.error is not None:
        raise outcome.error
    return outcome.seq


def _speak(conversation: int, sender: int, at: datetime) -> None:
    key = "demo-show-voice"
    if Entry.objects.filter(conversation=conversation, client_key=key).exists():
        return
    sound, loudness = _recording()
    stored = files.store(actor=Actor(user=sender), name="voice.wav", stream=BytesIO(sound), size=len(sound))
    body = {"file": str(stored.pk), "duration_ms": SECONDS * 1000, "waveform": loudness}
    draft = messages.draft_send(
        actor=SYSTEM, conversation=conversation, client_key=key, kind="voice", body=body, sender=sender
    )
    _append(replace(draft, at=_milliseconds(at)))


def _recording() -> tuple[bytes, list[int]]:
    """Something like a sentence: a low tone that swells and fades. With its loudness in steps."""
    count = RATE * SECONDS
    swell = [
        abs(math.sin(7 * math.pi * each / count)) * (0.4 + 0.6 * math.sin(math.pi * each / count))
        for each in range(count)
    ]
    tone = (math.sin(2 * math.pi * (150 + 30 * loud) * each / RATE) for each, loud in enumerate(swell))
    samples = [int(9_000 * loud * each) for loud, each in zip(swell, tone, strict=True)]
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{count}h", *samples))
    return out.getvalue(), [
        min(100, round(100 * swell[(2 * step + 1) * count // (2 * STEPS)])) for step in range(STEPS)
    ]


def _ask(conversation: int, ids: Mapping[str, int]) -> None:
    asked = polls.create(
        actor=Actor(user=ids["leo"]),
        conversation=conversation,
        client_key="demo-show-poll",
        question="Lunch on Friday? 周五吃什么？",
        options=["Noodles 面条", "Hot pot 火锅", "Salad 沙拉"],
    )
    for who, option in (("lina", 1), ("alice", 0), ("leo", 1), ("zhouting", 1), ("yangfan", 2)):
        polls.vote(
            actor=Actor(user=ids[who]),
            conversation=conversation,
            seq=asked.seq,
            option=option,
            client_key=f"demo-show-vote-{who}",
        )


def _forward(source: int, conversation: int, sender: int) -> None:
    said = Entry.objects.filter(
        conversation=source, type="message.created", kind="text", recalled_at__isnull=True, thread_root=0
    )
    seqs = tuple(said.order_by("-seq").values_list("seq", flat=True)[:4])
    key = "demo-show-forward"
    if not Entry.objects.filter(conversation=conversation, client_key=key).exists():
        wanted = forwarding.Wanted(source, seqs, merged=True, comment="So you have it all in one place 👆")
        forwarding.forward(actor=Actor(user=sender), conversation=conversation, client_key=key, wanted=wanted)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
