"""People: the company's directory, and who of them is online."""

from msgspec.structs import asdict

from accounts import selectors
from chat import selectors as chat
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.people_shapes import PersonCard
from openplatform.api.shapes import PeoplePaged, PeopleQuery


class UsersView(Door):
    """The directory."""

    @operation("users.list", scope="users:read", query=PeopleQuery, answer=PeoplePaged)
    def get(self, *, query: PeopleQuery) -> PeoplePaged:
        """People whose names, title or department hold every word of ``query``, by user name."""
        found = selectors.find_people(query.query, query.cursor, query.limit, department=query.department)
        return PeoplePaged(people=found.people, next=found.next)


class UserView(Door):
    """One person."""

    @operation("users.get", scope="users:read", answer=PersonCard, fails=(404,))
    def get(self, *, user: int) -> PersonCard:
        """A person's card, as everybody here may see it; also of those whose account is closed."""
        found = selectors.get_user(user)
        return PersonCard(
            **asdict(selectors.person_of(found)),
            departments=selectors.get_department_path(found),
            shared=chat.count_shared(self.actor.user, user),
        )
