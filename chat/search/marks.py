"""Filters as tokens: each document also bears who, where and what as marks, so that a filter costs what a word costs.

"§" is punctuation, which the tokenizer never keeps: no word can be mistaken for a mark.
"""

from datetime import datetime

#: Low bits of a document id, to tell messages of one millisecond apart.
_LOW_BITS = 21
_LOW = (1 << _LOW_BITS) - 1
#: The greatest id there can be: 63 bits.
MAX_ID = (1 << 63) - 1


#: Every document bears it, for a query of filters alone.
ANY = "§d"


def place(conversation: int) -> str:
    """In this conversation."""
    return f"§c{conversation}"


def sender(user: int) -> str:
    """Said by this user."""
    return f"§u{user}"


def having(thing: str) -> str:
    """With a link, a file or an image."""
    return f"§h{thing}"


def first_id(moment: datetime) -> int:
    """The least document id of a message said at ``moment``: ids grow with the time of the message.

    So "newest first" is the order of the primary key, a day is a range of it, and building the index again gives the
    same ids. Good until the year 2109.
    """
    return min(int(moment.timestamp() * 1000) << _LOW_BITS, MAX_ID) if moment.year > 1970 else 0


def document_id(moment: datetime, conversation: int, seq: int) -> int:
    """The id that a message's document wants; the next free one is taken when somebody has it."""
    return first_id(moment) | ((conversation * 7919 + seq) & _LOW)
