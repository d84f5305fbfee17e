"""Chinese names by Latin letters: initials and syllables, family names read as families read them."""

import pytest

from accounts.pinyin import LIMIT, initials_of


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("王芳",), "wf wangfang"),
        (("Fang Wang", "王芳"), "wf wangfang"),
        (("王芳", "王芳"), "wf wangfang"),
        (("单雄信",), "sxx shanxiongxin"),
        (("曾国藩",), "zgf zengguofan"),
        (("尉迟恭",), "ycg yuchigong"),
        (("欧阳修",), "oyx ouyangxiu"),
        (("吕布",), "lb lvbu"),
        (("重庆", ""), "cq chongqing"),
        (("Alice", "Smith"), ""),
        (("", ""), ""),
        (("A王-李",), "w wang l li"),
        (("山田太郎",), "sttl shantiantailang"),
    ],
)
def test_a_name_is_found_by_its_letters(names, expected):
    assert initials_of(*names) == expected


def test_its_length_is_bounded():
    assert len(initials_of("张" * 120)) == LIMIT
