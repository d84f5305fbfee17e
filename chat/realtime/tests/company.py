"""Alice's group with Bob in it, Charlie outside, and a token for each: what socket tests start from."""

from dataclasses import dataclass

from accounts.models import Device, User
from accounts.services import tokens
from chat.tests.factories import Scene, scene


@dataclass(frozen=True, slots=True)
class Company:
    """The people and their tokens."""

    scene: Scene
    tokens: dict[str, str]

    @property
    def group(self) -> int:
        return self.scene.id

    def user(self, name: str) -> int:
        return getattr(self.scene, name).user

    def device(self, name: str) -> int:
        return Device.objects.get(user=self.user(name)).pk


def company(**settings) -> Company:
    made = scene(**settings)
    people = {name: User.objects.get(pk=getattr(made, name).user) for name in ("alice", "bob", "charlie")}
    return Company(made, {name: tokens.issue(user=user, device_name=name)[0] for name, user in people.items()})
