"""Shapes of push: a phone's token, and the trace of a message's deliveries. See ``shapes`` for the manner."""

from typing import Annotated

from msgspec import Meta

from openplatform.api.shapes import Ask, Reply


class NewPushToken(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the system's push service gave the app. ``provider``: one that this installation has, as ``fcm`` or ``apns``."""

    provider: Annotated[str, Meta(min_length=2, max_length=16)]
    token: Annotated[str, Meta(min_length=8, max_length=900)]


class PushTraceRow(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """One device. ``kept``: from the ledger; otherwise ``state`` is "none" and the reason is what the rules say now.

    ``state``: waiting, sent, withdrawing, withdrawn, skipped, gone (the address was dead), dead (given up), none.
    ``answer``: what the provider said last. Times in ms, 0: not yet.
    """

    device: int
    device_name: str
    provider: str
    state: str
    reason: str
    explanation: str
    kept: bool
    attempts: int
    answer: str
    created_at: int
    done_at: int


class PushTrace(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """What became of one message on the way to one's own devices."""

    devices: list[PushTraceRow]
