"""People: the company's directory, and who of them is online."""

from accounts import selectors
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import PeoplePaged, PeopleQuery
from protocol.replies import Person


class UsersView(Door):
    """The directory."""

    @operation("users.list", query=PeopleQuery, answer=PeoplePaged)
    def get(self, *, query: PeopleQuery) -> PeoplePaged:
        """People whose names, title or department hold every word of ``query``, by user name."""
        found = selectors.find_people(query.query, query.cursor, query.limit, department=query.department)
        return PeoplePaged(people=found.people, next=found.next)


class UserView(Door):
    """One person."""

    @operation("users.get", answer=Person, fails=(404,))
    def get(self, *, user: int) -> Person:
        """A person as everybody here may see them; also those whose account is closed."""
        return selectors.person_of(selectors.get_user(user))
