"""A colour as Slack, Mattermost and Rocket.Chat name it -> the nearest of a card's colours."""

import colorsys
import re

NAMED = {"good": "green", "warning": "orange", "danger": "red"}
#: Hue in degrees up to which a colour is called so.
_HUES = ((15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (200, "teal"), (255, "blue"), (330, "purple"))
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def nearest(color: str) -> str:
    """The card's colour; "" for what is no colour."""
    if color in NAMED:
        return NAMED[color]
    found = _HEX.fullmatch(color.strip())
    if not found:
        return ""
    digits = found[1] if len(found[1]) == 6 else "".join(each * 2 for each in found[1])
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.15 or not 0.08 < lightness < 0.95:
        return "grey"
    return next((name for limit, name in _HUES if hue * 360 < limit), "red")
