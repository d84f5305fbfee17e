"""The admin shows what conversations are and never what is said in them."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from accounts.tests.factories import sign_in
from chat.models import Entry
from chat.services import conversations
from chat.tests import factories
from chat.tests.factories import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = get_user_model().objects.create_superuser("root", "correct horse battery", name="Root")
    sign_in(client, user)
    return client


def test_conversations_are_listed_without_anything_said(root):
    scene = factories.scene()
    send(scene.alice, scene.id, "a secret sentence")
    for name, pk in (("chat_conversation", scene.id), ("chat_membership", scene.group.memberships.first().pk)):
        page = root.get(reverse(f"admin:{name}_changelist"))
        one = root.get(reverse(f"admin:{name}_change", args=[pk]))
        assert (page.status_code, one.status_code) == (200, 200)
        assert b"secret sentence" not in page.content + one.content
        assert root.post(reverse(f"admin:{name}_change", args=[pk]), {"title": "x"}).status_code == 403
        assert root.post(reverse(f"admin:{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403
        assert root.get(reverse(f"admin:{name}_add")).status_code == 403


def test_personal_conversations_are_their_owners_own(root):
    scene = factories.scene()
    notes = conversations.personal_of(scene.alice.user)
    answer = root.get(reverse("admin:chat_conversation_change", args=[notes.pk]))
    assert answer.status_code in (302, 404)


def test_entries_have_no_page():
    assert not admin.site.is_registered(Entry)
