"""Chinese names by Latin letters: "王芳" is found by "wf", by "wang" and by "wangfang". Computed when a name is written.

The reading of a family name may differ from that of its character elsewhere: those are listed here.
"""

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
#: Family names that are not read as their characters mostly are; the double ones are tried first.
_FAMILY = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai",
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "任": "ren", "朴": "piao", "查": "zha", "盖": "ge", "区": "ou",
    "乐": "yue", "翟": "zhai", "华": "hua", "纪": "ji", "覃": "qin", "缪": "miao", "种": "chong", "召": "shao", "员": "yun",
    "黑": "he", "折": "she", "宓": "mi", "祭": "zhai", "洗": "xian", "繁": "po", "秘": "bi", "薄": "bo", "盛": "sheng",
}  # fmt: skip
#: Characters of the stored text.
LIMIT = 255


def initials_of(*names: str) -> str:
    """Initials and syllables of each Chinese name among ``names``: "wf wangfang"; "" when there is none."""
    found: dict[str, None] = {}
    for name in names:
        for part in _HAN.findall(name):
            syllables = _read(part)
            found["".join(each[0] for each in syllables)] = None
            found["".join(syllables)] = None
    return " ".join(found)[:LIMIT]


def _read(name: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 12 MB of readings, for whoever writes a Chinese name

    for length in (2, 1):
        if family := _FAMILY.get(name[:length]):
            return [*family.split(), *_plain(lazy_pinyin(name[length:]))]
    return _plain(lazy_pinyin(name))


def _plain(syllables: list[str]) -> list[str]:
    """Letters that a keyboard has: lü is typed lv or lu, so ü becomes v as input methods write it."""
    return [each.replace("ü", "v") for each in syllables if each]
