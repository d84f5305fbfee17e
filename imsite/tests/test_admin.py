"""The front of the admin: plots for who may open it, nothing for anybody else, and at a small and steady price."""

import time

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from accounts.tests.factories import person, sign_in
from imsite import sampling
from imsite.admin import PLOTS
from imsite.celery import QUEUES, app

pytestmark = pytest.mark.django_db


def enter(role=""):
    user, client = person("olga" if role else "charlie"), Client()
    if role:
        user.groups.add(Group.objects.get(name=role))
    sign_in(client, user)
    return client


def test_charlie_sees_no_plot_and_no_number():
    for client in (Client(), enter()):
        for address in ("/admin/", "/admin/live/"):
            assert client.get(address).status_code == 302


def test_an_operator_sees_every_plot_without_a_script_in_the_page(django_assert_max_num_queries):
    client = enter("auditor")
    with django_assert_max_num_queries(12):
        page = client.get("/admin/").content.decode()
    for name, title, _, _ in PLOTS:
        assert f'data-plot="{name}"' in page
        assert f"<h3>{title}</h3>" in page
    assert "<script>" not in page
    assert 'style="' not in page.partition('id="dashboard"')[2].partition("</section>")[0]


def test_the_numbers_are_of_now_and_never_kept(django_assert_max_num_queries):
    cache.clear()
    client = enter("auditor")
    sampling.Sampler("gateway", app, ()).tick(time.time())
    with django_assert_max_num_queries(5):
        answer = client.get("/admin/live/")
    assert set(answer.json()["plots"]) == {*(name for name, *_ in PLOTS), "free"}
    assert [each["kind"] for each in answer.json()["processes"]] == ["gateway"]
    assert "no-store" in answer["Cache-Control"]
    assert len(answer.json()["plots"]["queues"]) == len(QUEUES)
    cache.clear()
