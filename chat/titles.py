"""A conversation's title as it is ordered and looked up. An expression, no row."""

from accounts.titles import Key


class TitleKey(Key):
    """Of titles; by this name the index over them was made."""
