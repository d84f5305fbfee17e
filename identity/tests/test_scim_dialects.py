import pytest

from identity.dialects import scim_filters, scim_patches
from identity.dialects.scim_filters import Both, Compare, Not, Within
from identity.dialects.scim_patches import Step
from identity.dialects.scim_schemas import ENTERPRISE, GROUP, USER, Invalid, tidy

BOB = {"userName": "bob", "active": True, "emails": [{"value": "b@x.org", "type": "work", "primary": True}]}


def patched(*steps, kind=USER, document=BOB):
    return scim_patches.apply(kind, document, [Step(*each) for each in steps])


def test_filters_bind_as_the_rfc_says():
    text = 'userName eq "a\\"b" and not (title pr) or emails[type eq "work" and value co "@x"]'
    assert scim_filters.parse(text) == Both(
        (
            Both((Compare("username", "eq", 'a"b'), Not(Compare("title", "pr")))),
            Within("emails", Both((Compare("type", "eq", "work"), Compare("value", "co", "@x")))),
        ),
        any_of=True,
    )
    assert scim_filters.parse("active eq TRUE") == Compare("active", "eq", True)


@pytest.mark.parametrize(
    "text",
    ["", "userName", "userName eq", 'userName is "x"', 'userName eq "x" and', '(userName eq "x"', 'a eq "x" b', "a eq x",
     'userName eq "x', "a eq [1]", "(" * 40 + "a pr" + ")" * 40, "a eq " + '"' + "x" * 3000 + '"', 'a eq "\\u0000"'],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(Invalid):
        scim_filters.parse(text)


def test_patches_add_replace_and_remove():
    made = patched(
        ("add", "", {"displayName": "Bob B", "nickName": "ignored", f"{ENTERPRISE}:department": "Works"}),
        ("replace", "name.givenName", "Bob"),
        ("add", f"{ENTERPRISE}:employeeNumber", 17),
        ("replace", 'emails[type eq "work"].value', "new@x.org"),
        ("add", "emails", [{"value": "home@x.org", "type": "home", "primary": True}]),
        ("replace", "active", "False"),
    )
    assert made["displayName"] == "Bob B"
    assert made["name"] == {"givenName": "Bob"}
    assert made[ENTERPRISE] == {"department": "Works", "employeeNumber": "17"}
    assert [(each["value"], each["primary"]) for each in made["emails"]] == [("new@x.org", False), ("home@x.org", True)]
    assert made["active"] is False
    left = patched(
        ("remove", 'emails[value eq "B@X.ORG"]', None), ("remove", "active", None), ("remove", ENTERPRISE, None)
    )
    assert left == {"userName": "bob"}
    assert patched(("add", 'emails[type eq "other"].value', "o@x.org"))["emails"][1]["value"] == "o@x.org"
    assert BOB["emails"] == [{"value": "b@x.org", "type": "work", "primary": True}]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (("add", "shoeSize", 44), "invalidPath"),
        (("replace", "userName.x", "y"), "invalidPath"),
        (("replace", "title[value eq 1]", "y"), "invalidPath"),
        (("replace", "groups", []), "mutability"),
        (("remove", "userName", None), "mutability"),
        (("replace", "active", "perhaps"), "invalidValue"),
        (("replace", "title", {"a": 1}), "invalidValue"),
        (("replace", "", "text"), "invalidValue"),
        (("replace", "title", "x" * 2000), "invalidValue"),
        (("replace", 'emails[type co "zzz"].value', "y"), "noTarget"),
        (("replace", "emails[type", "y"), "invalidPath"),
    ],
)
def test_what_cannot_be_patched_is_refused_in_scims_words(step, kind):
    with pytest.raises(Invalid) as caught:
        patched(step)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "body", [None, [], {}, {"Operations": []}, {"Operations": ["x"]}, {"Operations": [{"op": "move"}]},
             {"Operations": [{"op": "remove"}]}, {"Operations": [{"op": "add", "path": 5}]}]
)  # fmt: skip
def test_what_is_no_patch_is_refused(body):
    with pytest.raises(Invalid):
        scim_patches.read(body)


def test_documents_come_in_our_names_and_types():
    assert tidy(USER, {"USERNAME": "bob", "id": "9", "emails": "b@x.org", "active": "true", "shoe": 1}) == {
        "userName": "bob", "emails": [{"value": "b@x.org"}], "active": True,
    }  # fmt: skip
    assert tidy(GROUP, {"displayName": "G", "members": []}) == {"displayName": "G"}
    with pytest.raises(Invalid):
        tidy(USER, [])
