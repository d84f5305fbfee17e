"""The Actor that every service takes: who acts, with which device, through which app, with which scopes.

A value, made by ``accounts.authentication`` at a door or by a task for the system; it is never stored.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``device`` 0: none (a task, the admin). ``app`` 0: a person by himself, otherwise the app's id.

    ``scopes`` None: everything the person may do; otherwise only what these allow. ``operates``: acts (of
    ``chat.permissions``) that an operator may do to any group from outside; only the admin's buttons set it.
    """

    user: int
    name: str = ""
    device: int = 0
    token: int = 0
    app: int = 0
    staff: bool = False
    scopes: frozenset[str] | None = field(default=None)
    ip: str = ""
    operates: frozenset[str] = frozenset()

    @property
    def is_system(self) -> bool:
        """Whether the server itself acts."""
        return self.user == 0

    def as_operator(self, *acts: str) -> "Actor":
        """The same, pressing a button of the admin that allows these acts. The audit log keeps that it was an operator: an
        owner of the group may be the same person.
        """
        return replace(self, operates=frozenset(acts), name=f"{self.name[:100]} (operator)")


#: The server itself: demo data, directory sync, retention.
SYSTEM = Actor(user=0, name="system")
