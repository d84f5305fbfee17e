"""Reasons and words in both languages."""

import ast
from pathlib import Path

from push import words


def test_whatever_the_decision_says_can_be_explained():
    source = ast.parse((Path(words.__file__).parent / "decision.py").read_text())
    said = {
        node.value
        for node in ast.walk(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words.REASONS
    }
    assert {"muted", "ack_awaited", "not_acknowledged", "too_old"} <= said


def test_both_languages():
    assert words.say("new_message") == "New message"
    assert words.say("new_message", chinese=True) == "新消息"
    assert words.explain("a reason of a later version") == "a reason of a later version"
