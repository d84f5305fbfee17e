import dataclasses

from web.words import CHINESE, ENGLISH, Words, pause, words_for


def test_every_language_has_every_sentence_with_the_same_places():
    for field in dataclasses.fields(Words):
        english, chinese = getattr(ENGLISH, field.name), getattr(CHINESE, field.name)
        assert english.strip()
        assert chinese.strip()
        assert english.count("{}") == chinese.count("{}"), field.name


def test_unknown_languages_read_english():
    assert words_for("zh-hans") is CHINESE
    assert words_for("zh-tw") is CHINESE
    assert words_for("fr") is ENGLISH
    assert words_for(None) is ENGLISH


def test_pauses_are_said_in_seconds_then_in_minutes():
    assert pause(ENGLISH, 0.2).endswith("Wait 1 s, then try again.")
    assert pause(ENGLISH, 120).endswith("Wait 120 s, then try again.")
    assert pause(ENGLISH, 250).endswith("Wait 5 min, then try again.")
    assert "3 分钟" in pause(CHINESE, 130)
