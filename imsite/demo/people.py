"""Who works at the demo company: the forty of ``people.txt``, and as many plausible colleagues as asked for."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Syllables of Chinese family and given names, with their spelling.
_FAMILY = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu"
    " 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo 马ma 罗luo"
)
_GIVEN = (
    "伟wei 芳fang 娜na 敏min 静jing 磊lei 军jun 洋yang 勇yong 艳yan"
    " 杰jie 娟juan 涛tao 明ming 超chao 霞xia 平ping 刚gang 桂gui 文wen"
)
_SECOND = (
    "华hua 强qiang 丽li 宇yu 婷ting 鹏peng 琳lin 晨chen 欣xin 浩hao"
    " 佳jia 博bo 雪xue 凯kai 萍ping 峰feng 慧hui 龙long 颖ying 航hang"
)
_FIRST = (
    "Adam Amelia Ben Bella Carl Clara Daniel Diana Emil Elena Felix Freya George Greta Hugo Hannah Isaac Ines Jonas Julia Kevin"
    " Kira Liam Lucia Mateo Mila Noah Nora Omar Olga Paul Petra Quinn Rafael Ruth Simon Sofia Tom Tara Victor Vera William Zoe"
)
_LAST = (
    "Adeyemi Baker Bianchi Brown Carter Costa Davies Evans Ferrari Garcia Green Haas Hansen Ito Jensen Kaya Khan Kim Lopez"
    " Martin Meyer Moreau Nakamura Novak Okafor Olsen Park Petrov Quist Reed Rossi Sato Silva Singh Suzuki Turner Vogel Weber"
)
#: Departments of ``people.txt`` in which the many work, and their titles.
_WORK = (
    ("sales", "Sales representative", "销售代表"),
    ("success", "Support engineer", "技术支持"),
    ("platform", "Engineer", "工程师"),
    ("clients", "Engineer", "工程师"),
    ("quality", "Tester", "测试工程师"),
    ("operations", "Specialist", "专员"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A department. ``above``: the key of its parent ("" at the top)."""

    key: str
    name: str
    other_name: str
    above: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person, or with the language "bot" a bot."""

    username: str
    name: str
    other_name: str
    title: str
    unit: str
    language: str = "en"

    @property
    def is_bot(self) -> bool:
        """Whether it is a program."""
        return self.language == "bot"


def read() -> tuple[list[Unit], list[Colleague]]:
    """Departments (parents first) and people of ``people.txt``."""
    units, colleagues = [], []
    for line in (Path(__file__).parent / "people.txt").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.lstrip("> ").split("|")]
        if line.startswith(">"):
            units.append(Unit(*cells))
        elif line and not line.startswith("#"):
            colleagues.append(Colleague(*cells))
    return units, colleagues


def invent(count: int) -> Iterator[Colleague]:
    """The same ``count`` colleagues at every call: two in three Chinese, user names numbered so that none repeats."""
    choice = random.Random(20_260_101).choice  # noqa: S311 - names, not secrets
    family, given, second = (_pairs(each) for each in (_FAMILY, _GIVEN, _SECOND))
    first, last = _FIRST.split(), _LAST.split()
    for number in range(1, count + 1):
        unit, title, chinese_title = choice(_WORK)
        if number % 3:
            (f, fs), (g, gs), (s, ss) = choice(family), choice(given), choice(second)
            long = choice((True, True, False))
            name, spelled = f + g + (s if long else ""), f"{fs.title()} {(gs + (ss if long else '')).title()}"
            username = f"{spelled.replace(' ', '').lower()}{number}"
            yield Colleague(username, name, spelled, chinese_title, unit, "zh-hans")
        else:
            name = f"{choice(first)} {choice(last)}"
            yield Colleague(f"{name.replace(' ', '.').lower()}{number}", name, "", title, unit)


def _pairs(packed: str) -> list[tuple[str, str]]:
    return [(each[0], each[1:]) for each in packed.split()]
