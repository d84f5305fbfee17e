"""Pictures of people and groups: square, without metadata, one at a time, a group's for its members."""

import io
import os
from uuid import UUID, uuid4

import pytest
from PIL import Image

from accounts.actor import SYSTEM
from accounts.models import User
from chat import attachments, selectors
from chat.models import Avatar, Conversation
from chat.services import avatars, files
from chat.tests import factories
from chat.tests.uploads import left, picture
from protocol.errors import BadRequest, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def scene():
    return factories.scene()


def put(actor, content: bytes | None = None) -> str:
    return avatars.put_own(actor=actor, stream=io.BytesIO(content or picture()))


def put_group(actor, conversation: int) -> str:
    return avatars.put_group(actor=actor, conversation=conversation, stream=io.BytesIO(picture()))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_becomes_a_small_square(scene, form):
    found = put(scene.alice, picture(form, (1000, 300)))
    with Image.open(attachments.get_avatar(scene.charlie.user, UUID(found))) as image:
        assert (image.size, image.format) == ((256, 256), "WEBP")
    assert User.objects.get(pk=scene.alice.user).avatar == found


def test_what_a_camera_writes_is_gone(scene):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "red").save(out, "JPEG", exif=exif, comment=b"SecretCamera")
    path = attachments.get_avatar(scene.bob.user, UUID(put(scene.alice, out.getvalue())))
    assert b"SecretCamera" not in path.read_bytes()


def test_the_picture_before_it_is_gone_after_the_commit(scene, media, django_capture_on_commit_callbacks):
    first = put(scene.alice)
    with django_capture_on_commit_callbacks(execute=True):
        second = put(scene.alice)
    assert first != second
    assert [path.name for path in left(media)] == [f"avatar-{UUID(second).hex}.webp"]
    with pytest.raises(NotFound):
        attachments.get_avatar(scene.bob.user, UUID(first))
    with django_capture_on_commit_callbacks(execute=True):
        assert avatars.put_own(actor=scene.alice, stream=None) == ""
    assert (left(media), Avatar.objects.count()) == ([], 0)
    assert User.objects.get(pk=scene.alice.user).avatar == ""


@pytest.mark.parametrize("content", [b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:60]])
def test_bytes_that_are_no_picture_leave_nothing(scene, media, content):
    with pytest.raises(BadRequest) as refused:
        put(scene.alice, content)
    assert refused.value.details["path"] == "file"
    assert left(media) == []


def test_bytes_and_pixels_are_bounded(scene, settings):
    with pytest.raises(BadRequest) as refused:
        avatars.put_own(actor=scene.alice, stream=io.BytesIO(picture()), size=10**9)
    assert refused.value.code == "too_large"
    settings.CHAT_IMAGE_MAX_PIXELS = 100
    with pytest.raises(BadRequest) as refused:
        put(scene.alice)
    assert refused.value.code == "too_large"


def test_a_groups_picture_is_put_by_its_owner_told_to_all_and_seen_by_members(scene):
    found = put_group(scene.alice, scene.id)
    assert selectors.get_state(scene.bob.user, scene.id).avatar == found
    told = selectors.list_entries(scene.bob.user, scene.id, 0).events[-1]
    assert (told.avatar, told.title) == (found, "Team")
    assert attachments.get_avatar(scene.bob.user, UUID(found)).exists()
    for user, which in ((scene.charlie.user, UUID(found)), (scene.bob.user, uuid4())):
        with pytest.raises(NotFound):
            attachments.get_avatar(user, which)
    avatars.put_group(actor=scene.alice, conversation=scene.id, stream=None)
    assert selectors.get_state(scene.bob.user, scene.id).avatar == ""


def test_members_and_outsiders_do_not_put_a_groups_picture(scene, media):
    for actor, where, code in (
        (scene.bob, scene.id, "not_allowed"),
        (scene.charlie, scene.id, "not_a_member"),
        (scene.charlie, 10**9, "not_a_member"),
    ):
        with pytest.raises(Forbidden) as refused:
            put_group(actor, where)
        assert refused.value.code == code
    assert (left(media), Conversation.objects.get(pk=scene.id).avatar) == ([], "")


def test_the_system_has_no_picture():
    with pytest.raises(Forbidden):
        put(SYSTEM)


def test_the_sweep_of_uploads_leaves_pictures(scene, media):
    put(scene.alice)
    for path in left(media):
        os.utime(path, (0, 0))
    assert files.sweep() == 0
    assert len(left(media)) == 1
