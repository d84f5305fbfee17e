"""SCIM's resources: Users, Groups, search, and the three documents by which a directory learns what there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from identity import rosters
from identity.dialects import scim_patches
from identity.dialects.scim_schemas import GROUP, USER, Invalid, resource_types, schemas, service, tidy
from identity.scim import shapes
from identity.scim.door import Door, Refused, say
from identity.services import directory_groups, directory_people

#: Resources of one answer at most.
MOST, USUAL = 500, 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list or a document was asked with."""

    filter: str
    start: int
    count: int
    wanted: list[str]
    unwanted: list[str]


def read(given: Mapping[str, Any]) -> Asked:
    """From a query or from a search's body. Raises Invalid."""

    def number(name: str, default: int) -> int:
        try:
            return int(given.get(name, default))
        except (TypeError, ValueError):
            raise Invalid("invalidValue", f"{name} is a number.") from None

    def names(name: str) -> list[str]:
        found = given.get(name, "")
        listed = found.split(",") if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise Invalid("invalidValue", f"{name} is a list of names.")
        return [each for each in listed if each.strip()]

    text = given.get("filter", "")
    if not isinstance(text, str):
        raise Invalid("invalidFilter", "A filter is a text.")
    count = min(max(0, number("count", USUAL)), MOST)
    start = min(max(1, number("startIndex", 1)), 2**31)
    return Asked(text, start, count, names("attributes"), names("excludedAttributes"))


class Users(Door):
    """People of the directory."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of them."""
        return self.listed(request, read(request.GET.dict()))

    def listed(self, request: HttpRequest, asked: Asked) -> HttpResponse:
        """The page that was asked for."""
        page = rosters.list_people(self.directory, asked.filter, asked.start, asked.count)
        found = [shapes.part(each, asked.wanted, asked.unwanted) for each in shapes.people(request, page.rows)]
        return say(shapes.listed(found, page.total, page.start))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Somebody new."""
        row = directory_people.create(actor=self.actor, directory=self.directory, document=tidy(USER, self.body()))
        return _one(request, shapes.people(request, [row])[0], status=201)


class OneUser(Door):
    """Somebody."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """What the directory said of him."""
        return _one(request, shapes.people(request, [self.row(number)])[0])

    def put(self, request: HttpRequest, number: str) -> HttpResponse:
        """All of it anew."""
        row = directory_people.replace(actor=self.actor, row=self.row(number), document=tidy(USER, self.body()))
        return _one(request, shapes.people(request, [row])[0])

    def patch(self, request: HttpRequest, number: str) -> HttpResponse:
        """Some of it."""
        steps = scim_patches.read(self.body())
        row = directory_people.patch(actor=self.actor, row=self.row(number), steps=steps)
        return _one(request, shapes.people(request, [row])[0])

    def delete(self, request: HttpRequest, number: str) -> HttpResponse:
        """The directory has him no more: his account is closed."""
        directory_people.remove(actor=self.actor, row=self.row(number))
        return HttpResponse(status=204)

    def row(self, number: str) -> Any:
        """Raises Refused."""
        return _there(rosters.find_person(self.directory, number))


class Groups(Door):
    """Groups of the directory."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of them."""
        return self.listed(request, read(request.GET.dict()))

    def listed(self, request: HttpRequest, asked: Asked) -> HttpResponse:
        """The page that was asked for; members only when they are wanted."""
        page = rosters.list_groups(self.directory, asked.filter, asked.start, asked.count)
        made = shapes.groups(request, page.rows, with_members=_with_members(asked))
        found = [shapes.part(each, asked.wanted, asked.unwanted) for each in made]
        return say(shapes.listed(found, page.total, page.start))

    def post(self, request: HttpRequest) -> HttpResponse:
        """A new one."""
        row = directory_groups.create(actor=self.actor, directory=self.directory, document=tidy(GROUP, self.body()))
        return _one(request, shapes.groups(request, [row])[0], status=201)


class OneGroup(Door):
    """A group."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """It, with its members unless they are not wanted."""
        with_members = _with_members(read(request.GET.dict()))
        return _one(request, shapes.groups(request, [self.row(number)], with_members=with_members)[0])

    def put(self, request: HttpRequest, number: str) -> HttpResponse:
        """All of it anew."""
        row = directory_groups.replace(actor=self.actor, row=self.row(number), document=tidy(GROUP, self.body()))
        return _one(request, shapes.groups(request, [row])[0])

    def patch(self, request: HttpRequest, number: str) -> HttpResponse:
        """Some of it; nothing is sent back, for a group may be large."""
        directory_groups.patch(actor=self.actor, row=self.row(number), steps=scim_patches.read(self.body()))
        return HttpResponse(status=204)

    def delete(self, request: HttpRequest, number: str) -> HttpResponse:
        """It is gone; its people stay."""
        directory_groups.remove(actor=self.actor, row=self.row(number))
        return HttpResponse(status=204)

    def row(self, number: str) -> Any:
        """Raises Refused."""
        return _there(rosters.find_group(self.directory, number))


class SearchUsers(Users):
    """The same list, asked for in a body."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponse:
        """A page."""
        return self.listed(request, _search(self.body()))


class SearchGroups(Groups):
    """The same list, asked for in a body."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponse:
        """A page."""
        return self.listed(request, _search(self.body()))


class Search(Door):
    """People and groups together: the page goes through the people first."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """A page."""
        asked = _search(self.body())
        people = rosters.list_people(self.directory, asked.filter, asked.start, asked.count)
        left = asked.count - len(people.rows)
        groups = rosters.list_groups(self.directory, asked.filter, max(1, asked.start - people.total), left)
        made = [*shapes.people(request, people.rows), *shapes.groups(request, groups.rows)]
        found = [shapes.part(each, asked.wanted, asked.unwanted) for each in made]
        return say(shapes.listed(found, people.total + groups.total, asked.start))


class Service(Door):
    """What this server can do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The document."""
        return say(service(MOST))


class Documents(Door):
    """Schemas or resource types."""

    kind = ""

    def get(self, request: HttpRequest, name: str = "") -> HttpResponse:
        """All, or one."""
        if "filter" in request.GET:
            raise Refused(403, "These are not filtered.")
        made = schemas() if self.kind == "Schemas" else resource_types()
        if not name:
            return say(shapes.listed(made, len(made), 1))
        return say(_there(next((each for each in made if each["id"] == name), None)))


def _one(request: HttpRequest, document: dict[str, Any], *, status: int = 200) -> HttpResponse:
    asked = read(request.GET.dict())
    location = document["meta"]["location"]
    return say(shapes.part(document, asked.wanted, asked.unwanted), status, Location=location)


def _with_members(asked: Asked) -> bool:
    wanted = {each.partition(".")[0].strip().lower() for each in asked.wanted}
    return "members" not in {each.strip().lower() for each in asked.unwanted} and (not wanted or "members" in wanted)


def _search(sent: Any) -> Asked:
    if not isinstance(sent, dict):
        raise Invalid("invalidSyntax", "The body is no JSON object.")
    return read(sent)


def _there(found: Any) -> Any:
    if found is None:
        raise Refused(404, "There is no such resource.")
    return found
