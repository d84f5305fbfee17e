"""How long to wait before the next attempt."""

from parley_sdk.ports import Random

#: Seconds: the first window and the widest. Full jitter: any moment within the window, so that a crowd spreads out.
FIRST, WIDEST = 0.5, 20.0


def pause(attempt: int, random: Random) -> float:
    """Seconds before attempt number ``attempt`` (0 is the first retry)."""
    return random.uniform(0.0, min(WIDEST, FIRST * 2 ** min(attempt, 10)))
