"""The pictures and tables that people of the demo company send, drawn here: no binary files in the repository."""

from io import BytesIO

from PIL import Image, ImageDraw

_SCREENS = (("#1f57d6", "#eaf1ff"), ("#0f766e", "#e6fffa"), ("#7c3aed", "#f3e8ff"))

_TABLES = {
    "adoption-by-city.csv": (
        "city,active_last_week,active_this_week\n"
        "Hangzhou 杭州,412,581\nBerlin,233,260\nShanghai 上海,388,402\nSingapore,97,121\nLisbon,41,44\n"
    ),
    "mail-queue-review.csv": (
        "time,waiting,sent_per_minute\n02:12,40,310\n02:17,1870,12\n02:23,2410,4\n02:29,1630,295\n02:41,0,312\n"
    ),
}


def content(name: str) -> bytes:
    """The bytes of the picture or table called ``name``."""
    if name in _TABLES:
        return _TABLES[name].encode()
    picture = _whiteboard() if name.startswith("whiteboard") else _screens()
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _screens() -> Image.Image:
    """Three phones, each with the start page in another colour."""
    picture = Image.new("RGB", (1200, 760), "#f4f6fa")
    draw = ImageDraw.Draw(picture)
    for place, (strong, soft) in enumerate(_SCREENS):
        left = 90 + place * 360
        draw.rounded_rectangle((left, 50, left + 300, 710), 36, fill="#ffffff", outline="#c6cfdd", width=3)
        draw.rounded_rectangle((left + 16, 66, left + 284, 300), 24, fill=soft)
        draw.ellipse((left + 100, 120, left + 200, 220), fill=strong)
        for row in range(4):
            width = (200, 240, 180, 220)[row]
            draw.rounded_rectangle((left + 30, 330 + row * 46, left + 30 + width, 352 + row * 46), 11, fill="#e2e8f2")
        draw.rounded_rectangle((left + 30, 610, left + 270, 670), 18, fill=strong)
    return picture


def _whiteboard() -> Image.Image:
    """Boxes and arrows: client, gateway, timeline."""
    picture = Image.new("RGB", (1000, 620), "#fbfbf7")
    draw = ImageDraw.Draw(picture)
    boxes = ((70, 220, 290, 340), (390, 220, 610, 340), (710, 120, 930, 240), (710, 340, 930, 460))
    for box, colour in zip(boxes, ("#1f57d6", "#a31621", "#0f766e", "#0f766e"), strict=True):
        draw.rounded_rectangle(box, 14, outline=colour, width=6)
        for row in range(3):
            y = box[1] + 32 + row * 24
            draw.line((box[0] + 30, y, box[2] - 40 - row * 30, y), fill=colour, width=4)
    for start, end in (
        ((290, 265), (390, 265)),
        ((390, 300), (290, 300)),
        ((610, 260), (710, 180)),
        ((610, 300), (710, 400)),
    ):
        draw.line((*start, *end), fill="#16202e", width=5)
        draw.ellipse((end[0] - 9, end[1] - 9, end[0] + 9, end[1] + 9), fill="#16202e")
    draw.line((70, 540, 640, 540), fill="#a31621", width=5)
    return picture
