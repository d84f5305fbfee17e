from io import BytesIO

import pytest
from PIL import Image

from imsite.demo import attachments


@pytest.mark.parametrize(("name", "size"), [("launch-screens.png", (1200, 760)), ("whiteboard.png", (1000, 620))])
def test_pictures_are_pictures(name, size):
    data = attachments.content(name)
    with Image.open(BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", size)
        assert len(picture.convert("RGB").getcolors(100_000)) >= 5
    assert len(data) < 50_000


def test_tables_have_the_same_number_of_columns_in_every_row():
    for name in ("adoption-by-city.csv", "mail-queue-review.csv"):
        rows = attachments.content(name).decode().strip().split("\n")
        assert len(rows) >= 5
        assert {row.count(",") for row in rows} == {2}
