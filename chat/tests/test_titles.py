"""Titles are ordered and compared alike on both databases: by code points, capitals and small letters as one."""

import pytest
from django.db.models import Value

from chat.models import Conversation
from chat.titles import TitleKey

pytestmark = pytest.mark.django_db


def test_titles_lie_in_the_order_of_their_code_points_whatever_the_language():
    titles = ["b-c", "B c", "ba", "a", "Z", "_x", "项目", "bC"]
    Conversation.objects.bulk_create(Conversation(kind="group", title=each) for each in titles)
    keyed = Conversation.objects.annotate(key=TitleKey("title")).order_by("key")
    assert [each.title for each in keyed] == sorted(titles, key=str.upper)


def test_what_begins_alike_lies_together():
    titles = ["team", "Team Blue", "TEAM-red", "tea", "teal", "steam"]
    Conversation.objects.bulk_create(Conversation(kind="group", title=each) for each in titles)
    found = Conversation.objects.annotate(key=TitleKey("title")).filter(
        key__gte=TitleKey(Value("team")), key__lt=TitleKey(Value("team\U0010ffff"))
    )
    assert {each.title for each in found} == {"team", "Team Blue", "TEAM-red"}
