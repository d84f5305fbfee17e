import pytest

from accounts.actor import SYSTEM
from accounts.models import Department
from accounts.services import departments
from accounts.tests.factories import actor_of, person
from protocol import errors

pytestmark = pytest.mark.django_db


def test_the_tree_grows_moves_and_shrinks():
    top = departments.create(actor=SYSTEM, name=" Research ", other_name="研发部")
    below = departments.create(actor=SYSTEM, name="Apps", parent=top)
    assert (top.name, below.parent) == ("Research", top)
    departments.update(actor=SYSTEM, department=below, name="Clients", parent=None)
    below.refresh_from_db()
    assert (below.name, below.parent) == ("Clients", None)
    departments.remove(actor=SYSTEM, department=below)
    assert list(Department.objects.all()) == [top]


def test_a_circle_is_refused():
    top = departments.create(actor=SYSTEM, name="A")
    below = departments.create(actor=SYSTEM, name="B", parent=top)
    for parent in (top, below):
        with pytest.raises(errors.BadRequest):
            departments.update(actor=SYSTEM, department=top, name="A", parent=parent)


def test_a_department_with_people_or_children_stays():
    top = departments.create(actor=SYSTEM, name="A")
    below = departments.create(actor=SYSTEM, name="B", parent=top)
    person("alice", department=below)
    for department in (top, below):
        with pytest.raises(errors.Conflict):
            departments.remove(actor=SYSTEM, department=department)


def test_it_needs_a_name_and_a_right():
    with pytest.raises(errors.BadRequest):
        departments.create(actor=SYSTEM, name=" ")
    top = departments.create(actor=SYSTEM, name="A")
    charlie = actor_of(person("charlie"))
    with pytest.raises(errors.Forbidden):
        departments.create(actor=charlie, name="B")
    with pytest.raises(errors.Forbidden):
        departments.update(actor=charlie, department=top, name="B")
    with pytest.raises(errors.Forbidden):
        departments.remove(actor=charlie, department=top)
