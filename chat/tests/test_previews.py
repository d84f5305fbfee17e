"""Link previews, against a real local site: found, told, changed with the message, gone with it; never from the inside."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from uuid import UUID

import pytest

from accounts.actor import SYSTEM
from chat import attachments, selectors, tasks
from chat.models import Entry, File, FileUse
from chat.services import files, listening, messages, previews
from chat.tests import factories
from chat.tests.factories import key, send
from chat.tests.uploads import picture
from protocol.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db
PAGE = b"""<title>A page</title><meta property="og:description" content="About it">
<meta property="og:image" content="dot.png">"""


@pytest.fixture
def site(settings, tmp_path):
    """This machine's port is open for the test, and only for it."""
    pages = {"/": ("text/html", PAGE), "/dot.png": ("image/png", picture()), "/plain": ("text/plain", b"words")}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            found = pages.get(self.path)
            self.send_response(200 if found else 404)
            if found:
                self.send_header("Content-Type", found[0])
            self.end_headers()
            self.wfile.write(found[1] if found else b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.CHAT_OUTGOING_NETWORKS = ["127.0.0.1"]
    settings.CHAT_OUTGOING_PORTS = [server.server_port]
    settings.MEDIA_ROOT = tmp_path / "files"
    yield SimpleNamespace(at=f"http://127.0.0.1:{server.server_port}", pages=pages, asked=asked)
    server.shutdown()
    server.server_close()


@pytest.fixture
def scene():
    return factories.scene()


def made(scene, text: str):
    """A message by Alice whose links were looked up; its seq."""
    seq = send(scene.alice, scene.id, text).seq
    previews.make(conversation=scene.id, seq=seq)
    return seq


def shown(scene, seq: int) -> list:
    page = selectors.list_history(scene.bob.user, scene.id, around=seq).events
    return next(each.previews for each in page if each.seq == seq)


def test_a_link_is_shown_from_our_own_copy(scene, site):
    seq = made(scene, f"Look: {site.at}/, please")
    [found] = shown(scene, seq)
    assert (found.url, found.title, found.description) == (f"{site.at}/", "A page", "About it")
    assert attachments.get_file(scene.bob.user, UUID(found.image)).media_type == "image/webp"
    with pytest.raises(NotFound):
        attachments.get_file(scene.charlie.user, UUID(found.image))
    told = selectors.list_entries(scene.bob.user, scene.id, seq).events
    assert [(each.target, each.previews, each.sender) for each in told] == [(seq, [found], 0)]


def test_the_same_link_is_not_asked_for_twice_within_an_hour(scene, site):
    made(scene, site.at)
    asked = list(site.asked)
    seq = made(scene, f"again {site.at}")
    assert site.asked == asked
    assert shown(scene, seq)[0].title == "A page"


def test_a_picture_is_its_own_preview(scene, site):
    [found] = shown(scene, made(scene, f"{site.at}/dot.png"))
    assert (found.title, bool(found.image)) == ("", True)


@pytest.mark.parametrize("path", ["/plain", "/nothing", "/broken.png"])
def test_where_there_is_nothing_to_show_nothing_is_told(scene, site, path):
    site.pages["/broken.png"] = ("image/png", b"no picture")
    seq = made(scene, site.at + path)
    assert (shown(scene, seq), Entry.objects.filter(type="message.previewed").count()) == ([], 0)


def test_a_page_whose_picture_leads_inside_comes_without_it(scene, site):
    site.pages["/"] = ("text/html", PAGE.replace(b"dot.png", b"http://169.254.169.254/latest/a.png"))
    [found] = shown(scene, made(scene, site.at))
    assert (found.title, found.image) == ("A page", "")


def test_the_inside_is_never_asked(scene, site, settings):
    settings.CHAT_OUTGOING_NETWORKS = []
    seq = made(scene, f"{site.at} http://localhost/ http://169.254.169.254/")
    assert (shown(scene, seq), site.asked) == ([], [])


def test_an_edit_changes_them_and_takes_them_away(scene, site):
    seq = made(scene, site.at)
    first = shown(scene, seq)[0].image

    def edit(text: str) -> list:
        messages.edit(actor=scene.alice, conversation=scene.id, client_key=key(), target=seq, body={"text": text})
        previews.make(conversation=scene.id, seq=seq)
        return shown(scene, seq)

    assert edit(f"{site.at}/dot.png")[0].image
    assert edit("no link any more") == []
    with pytest.raises(NotFound):
        attachments.get_file(scene.bob.user, UUID(first))


def test_the_author_takes_them_away_and_nobody_else(scene, site):
    seq = made(scene, site.at)
    for actor, code in ((scene.bob, "not_allowed"), (scene.charlie, "not_a_member")):
        with pytest.raises(Forbidden) as refused:
            previews.remove(actor=actor, conversation=scene.id, seq=seq, client_key=key())
        assert refused.value.code == code
    previews.remove(actor=scene.alice, conversation=scene.id, seq=seq, client_key=key())
    assert (shown(scene, seq), FileUse.objects.count()) == ([], 0)


def test_a_recalled_message_has_none_and_its_pictures_go(scene, site):
    seq = made(scene, site.at)
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=seq)
    listening.pump(scene.id)
    assert (shown(scene, seq), FileUse.objects.count()) == ([], 0)
    assert previews.make(conversation=scene.id, seq=seq) is None


def test_a_message_recalled_while_it_was_looked_up_gets_none(scene, site, monkeypatch):
    seq = send(scene.alice, scene.id, site.at).seq
    look_up = previews._look_up

    def meanwhile(link, message):
        messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=seq)
        return look_up(link, message)

    monkeypatch.setattr(previews, "_look_up", meanwhile)
    assert previews.make(conversation=scene.id, seq=seq) is None


def test_the_listener_asks_for_new_links_only(scene, monkeypatch, django_capture_on_commit_callbacks, settings):
    asked = []
    monkeypatch.setattr(tasks.preview, "delay", lambda *place: asked.append(place))

    def run():
        with django_capture_on_commit_callbacks(execute=True):
            listening.pump(scene.id)
        found, asked[:] = list(asked), []
        return found

    seq = send(scene.alice, scene.id, "see https://example.com").seq
    send(scene.alice, scene.id, "no link, `https://example.com` is code")
    assert run() == [(scene.id, seq)]
    edit = {"actor": scene.alice, "conversation": scene.id, "target": seq}
    messages.edit(**edit, client_key=key(), body={"text": "see https://example.com, again"})
    assert run() == []
    messages.edit(**edit, client_key=key(), body={"text": "see nothing"})
    assert run() == [(scene.id, seq)]
    messages.send(
        actor=SYSTEM, conversation=scene.id, client_key=key(), kind="system", body={"text": "https://example.com"}
    )
    assert run() == []
    settings.CHAT_LINK_PREVIEWS = False
    send(scene.alice, scene.id, "see https://example.com")
    assert run() == []


def test_what_was_said_long_ago_is_not_looked_up(scene, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(tasks.preview, "delay", lambda *place: asked.append(place))
    draft = messages.draft_send(
        actor=SYSTEM, conversation=scene.id, client_key=key(), body={"text": "https://example.com"},
        at=1_500_000_000_000, sender=scene.alice.user,
    )  # fmt: skip
    messages.commit([draft])
    with django_capture_on_commit_callbacks(execute=True):
        listening.pump(scene.id)
    assert asked == []


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(see https://a.example/x_(y)).", ["https://a.example/x_(y)"]),
        ("**https://a.example/** <https://b.example>", ["https://a.example/", "https://b.example"]),
        ("看https://a.example/路径。", ["https://a.example/"]),
        ("[x](https://a.example/y) https://a.example/y", ["https://a.example/y"]),
        ("HTTPS://A.example! ```\nhttps://b.example\n``` http://c.example?", ["HTTPS://A.example", "http://c.example"]),
        ("https://a.example https://b.example https://c.example", ["https://a.example", "https://b.example"]),
        ("ftp://a.example www.a.example", []),
    ],
)
def test_links_in_a_text(text, links):
    assert previews.links_of(text) == links


def test_unused_pictures_are_swept(scene, site):
    made(scene, site.at)
    assert File.objects.count() == 1
    assert files.sweep() == 0
