from collections import Counter

from imsite.demo import people


def test_about_forty_people_in_departments_with_both_scripts_and_bots():
    units, colleagues = people.read()
    keys = {each.key for each in units}
    assert 38 <= sum(not each.is_bot for each in colleagues) <= 48
    assert {"alice", "bob", "charlie", "admin"} <= {each.username for each in colleagues}
    assert sum(each.is_bot for each in colleagues) == 2
    assert all(each.unit in keys and each.name and each.other_name and each.title for each in colleagues)
    assert {each.language for each in colleagues} == {"en", "zh-hans", "bot"}


def test_departments_come_after_those_above_them():
    seen = {""}
    for unit in people.read()[0]:
        assert unit.above in seen
        seen.add(unit.key)


def test_the_many_are_the_same_each_time_and_nobody_twice():
    many = list(people.invent(1960))
    assert many == list(people.invent(1960))
    named = [each.username for each in people.read()[1]]
    assert Counter([*named, *(each.username for each in many)]).most_common(1)[0][1] == 1
    assert {each.unit for each in many} <= {each.key for each in people.read()[0]}
    assert sum(each.language == "zh-hans" for each in many) > 1000
