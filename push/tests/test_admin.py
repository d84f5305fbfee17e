"""The ledger in the admin: shown without what was said, acted on by who may operate, closed to everybody else."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import person, sign_in
from audit.models import AuditRecord
from chat import tasks as chat_tasks
from chat.tests.factories import send
from push import tasks
from push.models import Mail, PushDelivery
from push.tests.factories import woken

pytestmark = pytest.mark.django_db


def test_administrators_see_the_ledger_and_resume(scene, service):
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "words that nobody else reads")
    chat_tasks.react([scene.id])
    PushDelivery.objects.update(state="dead", answer="413")
    admin = Client()
    sign_in(admin, person("grace", is_staff=True, is_superuser=True))
    page = admin.get("/admin/push/pushdelivery/").content.decode()
    assert "413" in page
    assert "nobody else reads" not in page
    row = PushDelivery.objects.get()
    assert "everything" in admin.get(f"/admin/push/pushdelivery/{row.pk}/change/").content.decode()
    admin.post("/admin/push/pushdelivery/", {"action": "resume", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.state == "waiting"
    admin.post("/admin/push/pushdelivery/", {"action": "give_up", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.state == "dead"
    outsider = Client()
    sign_in(outsider, person("dave"))
    assert outsider.get("/admin/push/pushdelivery/").status_code == 302


def test_letters_are_listed_and_dead_ones_written_again(scene):
    now = timezone.now()
    row = Mail.objects.create(user_id=scene.bob.user, kind="missed", state="dead", since=now, next_at=now, answer="554")
    admin = Client()
    sign_in(admin, person("grace", is_staff=True, is_superuser=True))
    assert "554" in admin.get("/admin/push/mail/").content.decode()
    assert admin.get(f"/admin/push/mail/{row.pk}/change/").status_code == 200
    looker = Client()
    viewer = person("heidi", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_mail"))
    sign_in(looker, viewer)
    for client, state in ((looker, "dead"), (admin, "waiting")):
        client.post("/admin/push/mail/", {"action": "resume", "_selected_action": [row.pk]})
        row.refresh_from_db()
        assert row.state == state
    assert AuditRecord.objects.filter(action="push.resumed").count() == 1
    assert admin.post(f"/admin/push/mail/{row.pk}/delete/").status_code == 403
    assert admin.get("/admin/push/mail/add/").status_code == 403


def test_the_ledger_shows_what_it_amounts_to_and_whether_jobs_run(scene, service):
    cache.clear()
    admin = Client()
    sign_in(admin, person("grace", is_staff=True, is_superuser=True))
    page = admin.get("/admin/push/pushdelivery/").content.decode()
    assert page.count('alt="silent"') == 3
    assert "Nothing was pushed." in page
    tasks.probe("push")
    device = woken(scene.bob, service.url)
    PushDelivery.objects.create(
        user_id=scene.bob.user, device=device, provider="webpush", conversation_id=scene.id, seq=1, number=1,
        state="sent", reason="all", done_at=timezone.now(),
    )  # fmt: skip
    tasks.probe("later")
    page = admin.get("/admin/push/pushdelivery/").content.decode()
    assert page.count('alt="silent"') == 1
    assert "<strong>webpush</strong>: 1 shown, 0 failed" in page
    assert 'height="60" fill="#2e7d32"' in page
