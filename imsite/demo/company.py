"""Departments, people and bots of the demo company, put into the database; those that are there already stay."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.actor import SYSTEM, Actor
from accounts.models import Department, User
from accounts.pinyin import initials_of
from accounts.services import departments, profile, users
from imsite.demo import people

#: People of the whole company, bots included: the size of its announcement group.
EVERYBODY = 2_000


#: Who says what, for how many hours (0: no end), and whether they want quiet.
_SAID = {
    "bob": ("🎧", "Focus time", 3, True),
    "wangwei": ("📅", "开会中", 2, False),
    "lina": ("🏠", "在家办公", 10, False),
    "zhangmin": ("🌴", "On holiday", 24 * 7, False),
    "liuyang": ("🍜", "午饭", 1, False),
}


def is_made_here() -> bool:
    """Whether this database holds the demo company, or a part of it."""
    top = people.read()[0][0]
    return Department.objects.filter(name=top.name, other_name=top.other_name, parent=None).exists()


def is_empty() -> bool:
    """Whether nobody is here: only then may a demo company be made."""
    return not User.objects.exists()


def make() -> dict[str, int]:
    """Everybody: user name -> id, the named before the invented."""
    units, colleagues = people.read()
    there: dict[str, Department] = {}
    for unit in units:
        parent = there.get(unit.above)
        found = Department.objects.filter(name=unit.name, parent=parent).first()
        there[unit.key] = found or departments.create(
            actor=SYSTEM, name=unit.name, other_name=unit.other_name, parent=parent
        )
    ids = dict(User.objects.values_list("username", "pk"))
    for each in colleagues:
        if each.username not in ids:
            ids[each.username] = _create(each, there[each.unit]).pk
    missing = [each for each in people.invent(EVERYBODY - len(colleagues)) if each.username not in ids]
    # In bulk: 2,000 saves would take longer than everything else here.
    User.objects.bulk_create(
        (
            User(
                username=each.username,
                name=each.name,
                other_name=each.other_name,
                title=each.title,
                department=there[each.unit],
                initials=initials_of(each.name, each.other_name),
                locale=each.language,
                password=make_password(None),
            )
            for each in missing
        ),
        batch_size=500,
    )
    wanted = [each.username for each in (*colleagues, *people.invent(EVERYBODY - len(colleagues)))]
    ids = dict(User.objects.values_list("username", "pk"))
    return {username: ids[username] for username in wanted}


def say_where(ids: dict[str, int], now: datetime) -> None:
    """Some people say what they are doing, one is not to be disturbed."""
    for username, (emoji, text, hours, quiet) in _SAID.items():
        until = int((now + timedelta(hours=hours)).timestamp() * 1000) if hours else 0
        speaker = Actor(user=ids[username], name=username)
        profile.set_status(actor=speaker, emoji=emoji, text=text, until=until, quiet_until=until if quiet else 0)


def _create(each: people.Colleague, department: Department) -> User:
    return users.create(
        actor=SYSTEM,
        username=each.username,
        name=each.name,
        other_name=each.other_name,
        email=f"{each.username}@lantern.example",
        title=each.title,
        department=department,
        kind="bot" if each.is_bot else "human",
        locale="en" if each.is_bot else each.language,
        is_staff=each.username == "admin",
        is_superuser=each.username == "admin",
    )


def owner() -> int | None:
    """The id of its administrator, if it is here."""
    return User.objects.filter(username="admin").values_list("pk", flat=True).first()
