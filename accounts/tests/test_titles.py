"""The beginning of a name, in any case: what is no letter of a pattern counts as itself."""

import pytest

from accounts.models import User
from accounts.tests.factories import person
from accounts.titles import beginning

pytestmark = pytest.mark.django_db


def test_names_that_begin_so_in_order():
    for place, name in enumerate(("anna", "Ann", "Banner", "ann%", "an_a", "安娜")):
        person(f"p{place}", name=name)

    def found(words):
        return [each.name for each in beginning(User.objects.all(), "name", words)]

    assert found("ann") == ["Ann", "ann%", "anna"]
    assert found("ANN%") == ["ann%"]
    assert found("an_") == ["an_a"]
    assert found("安") == ["安娜"]
