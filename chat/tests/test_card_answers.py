"""The presses that chat answers itself reach the service behind them: see test_polls for what they do."""

from chat import card_actions
from chat.card_answers import answer_poll
from chat.services import polls


def test_polls_are_answered():
    assert card_actions._answers[polls.HANDLER] is answer_poll
