"""Tokens: any piece of a text in a script without spaces is found, English words are found, nothing crashes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat.search.tokens import Phrase, find_spans, fold, index_tokens, phrase_of

#: Han, kana, Hangul, Thai; half-width kana with its mark; full-width letters.
UNSPACED = st.text(
    "会议纪要部门北京三点开今天産業医科大学ひらがなカタカナー한국어회의록ภาษาไทย々", min_size=1, max_size=40
)
MIXED = st.text("会议室A栋12楼ab Zé的-。,_한국かな１２Ｂ\n", max_size=40)


def stands(phrase: Phrase, tokens: list[str]) -> bool:
    """What both databases do with a phrase."""
    wanted, many = list(phrase.tokens), len(phrase.tokens)
    for at in range(len(tokens) - many + 1):
        there = tokens[at : at + many]
        last = there[-1].startswith(wanted[-1]) if phrase.prefix else there[-1] == wanted[-1]
        if there[:-1] == wanted[:-1] and last:
            return True
    return False


def found(term: str, text: str, *, exact: bool = False) -> bool:
    phrase = phrase_of(term, exact=exact)
    return phrase is not None and stands(phrase, index_tokens(text))


def test_how_a_mixed_text_is_cut():
    text = "Hello世界, iPhone15 v2.3 ｶﾞﾑ CAFÉ ﬁne Ｑ３ 한국"
    assert index_tokens(text) == [
        *("hello", "世界", "界", "iphone", "15", "v", "2", "3", "ガム", "ム", "café", "fine", "q", "3", "한국", "국"),
    ]


@pytest.mark.parametrize(
    ("term", "phrase"),
    [
        ("会", Phrase(("会",), prefix=True)),
        ("会议", Phrase(("会议",))),
        ("会议纪要", Phrase(("会议", "议纪", "纪要"))),
        ("a", Phrase(("a",))),
        ("Rel", Phrase(("rel",), prefix=True)),
        ("foo-bar", Phrase(("foo", "bar"), prefix=True)),
        ("Q3会", Phrase(("q", "3", "会"), prefix=True)),
        ("会议Q3", Phrase(("会议", "议", "q", "3"), prefix=True)),
        ("!?…", None),
        ("👍", None),
    ],
)
def test_what_a_query_looks_for(term: str, phrase: Phrase | None):
    assert phrase_of(term) == phrase


def test_quoted_words_are_whole_words():
    assert found("rel", "release notes")
    assert not found("rel", "release notes", exact=True)
    assert found("release notes", "The Release: Notes", exact=True)


@pytest.mark.parametrize(
    ("term", "text", "hits"),
    [
        ("会", "开会", True),
        ("开会", "开个会", False),
        ("iphone15", "my iPhone 15", True),
        ("iphone 15".replace(" ", ""), "iPhone 16", False),
        ("résumé", "RE\u0301SUME\u0301.pdf", True),
        ("ガンダム", "ｶﾞﾝﾀﾞﾑ", True),
        ("한국", "대한국민", True),
        ("大学", "東京大学", True),
        ("ΟΔΟΣ", "οδος", True),
        ("हिन्दी", "यह हिन्दी है", True),
        ("phone", "iphone", False),
    ],
)
def test_who_finds_what(term: str, text: str, hits: bool):
    assert found(term, text) is hits
    assert bool(find_spans(fold(text), term)) is hits


@given(UNSPACED, st.data())
def test_every_piece_of_an_unspaced_text_is_found_and_highlighted(text: str, data: st.DataObject):
    folded = fold(text)
    whole = [*range(len(text) + 1)] if folded.starts is None else sorted(set(folded.starts))
    begin = data.draw(st.sampled_from(whole[:-1]))
    end = data.draw(st.sampled_from([each for each in whole if each > begin]))
    piece = text[begin:end]
    assert found(piece, f"见 {text} ok"), piece
    spans = find_spans(fold(text), piece)
    assert any(fold(text[a:b]).text == fold(piece).text for a, b in spans)


@given(st.lists(st.from_regex(r"[A-Za-z]{2,12}", fullmatch=True), min_size=1, max_size=8), st.data())
def test_every_english_word_and_each_beginning_of_two_letters_is_found(words: list[str], data: st.DataObject):
    text = " ".join(words)
    word = data.draw(st.sampled_from(words))
    beginning = word[: data.draw(st.integers(2, len(word)))]
    assert found(word, text)
    assert found(word.upper(), text)
    assert found(beginning, text)
    assert found(word, text, exact=True)
    assert found(text, text, exact=True)


@given(MIXED, MIXED)
def test_the_index_and_the_highlights_agree(text: str, term: str):
    assert found(term, text) == bool(find_spans(fold(text), term))
    assert found(term, text, exact=True) == bool(find_spans(fold(text), term, exact=True))


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=()), max_size=12))
@example("İ", "i")
@example("ﷺ" * 30, "ﷺ")
@example("\ud800会\udfff", "会")
@example("각" + "\u11a8", "각")
def test_any_text_can_be_indexed_searched_and_highlighted(text: str, term: str):
    for token in index_tokens(text):
        assert 0 < len(token) <= 64
        assert not set(token) & set(" '\"\\:§&|!()*<>")
    for exact in (False, True):
        phrase_of(term, exact=exact)
        for begin, end in find_spans(fold(text), term, exact=exact):
            assert 0 <= begin < end <= len(text)


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert fold(fold(text).text).text == fold(text).text


def test_a_long_run_of_letters_is_one_bounded_word_that_is_still_found():
    blob = "QUJD" * 500
    assert index_tokens(blob) == ["qujd" * 16]
    assert found(blob, blob)
