"""Words that may not be said, or not unseen: a message's text against the word lists. docs/moderation.md

``folding`` makes spellings alike, ``automaton`` finds all terms in one pass, ``lists`` holds what is in force per process.
"""

from chat.screening.automaton import Automaton, Hit
from chat.screening.folding import fold
from chat.screening.lists import flagging, screen

__all__ = ["Automaton", "Hit", "flagging", "fold", "screen"]
