"""Who may read a file: its uploader and those it was shown to; Charlie never."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.actor import Actor
from accounts.models import User
from chat import attachments
from chat.models import FileUse, Membership
from chat.tests.rows import Log, group, person
from chat.tests.uploads import upload
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def alice() -> Actor:
    return Actor(user=person("alice").pk, name="Alice")


def test_a_file_is_for_its_uploader_and_those_it_was_shown_to(alice: Actor, django_assert_num_queries: Any):
    bob, charlie, late = person("bob"), person("charlie"), person("late")
    file = upload(alice, b"plan")
    log = Log(group("Team", User.objects.get(pk=alice.user), bob))
    for user in (bob.pk, charlie.pk):
        refused(user, file.pk)
    assert attachments.get_file(alice.user, file.pk) == file

    message = log.say(bob, {"file": str(file.pk)}, kind="file")
    FileUse.objects.create(file=file, conversation=log.conversation, seq=message.seq)
    Membership.objects.create(conversation=log.conversation, user=late, history_from=message.seq + 1)
    with django_assert_num_queries(1):
        assert attachments.get_file(bob.pk, file.pk) == file
    refused(charlie.pk, file.pk)
    refused(late.pk, file.pk)
    refused(alice.user, uuid4())

    log.recall(message)
    refused(bob.pk, file.pk)
    assert attachments.get_file(alice.user, file.pk) == file

    again = log.say(bob, {"file": str(file.pk)}, kind="file")
    FileUse.objects.create(file=file, conversation=log.conversation, seq=again.seq)
    assert attachments.get_file(late.pk, file.pk) == file
    Membership.objects.filter(user=bob).delete()
    refused(bob.pk, file.pk)


def refused(user: int, id: Any) -> None:  # noqa: A002 - an id
    with pytest.raises(errors.NotFound) as caught:
        attachments.get_file(user, id)
    assert caught.value.code == "not_found"


def test_a_row_that_points_out_of_the_folder_reaches_nothing(alice: Actor):
    file = upload(alice, b"x")
    file.path = "../../../etc/passwd"
    with pytest.raises(errors.NotFound):
        attachments.path_of(file)
