"""The tree of errors and the close codes are complete and say what to do."""

import pytest

from protocol import errors
from protocol.errors import CLOSE_REASONS, CODES, CloseCode, ParleyError


def tree(base):
    return [base, *(each for child in base.__subclasses__() for each in tree(child))]


def test_every_error_class_has_a_documented_code_and_its_own_status():
    classes = tree(ParleyError)
    assert {each.default_code for each in classes} <= set(CODES)
    assert len({each.status for each in classes}) == len(classes)


def test_the_tree_in_the_docstring_names_every_code_and_class():
    words = set(errors.__doc__.split())
    assert set(CODES) <= words
    assert {each.__name__ for each in tree(ParleyError)} <= words


def test_an_error_keeps_its_facts():
    problem = errors.RateLimited("Too fast.", retry_after=2.5, details={"limit": 50})
    assert (problem.code, problem.status, problem.retryable) == ("rate_limited", 429, True)
    assert (problem.message, problem.retry_after, problem.details) == ("Too fast.", 2.5, {"limit": 50})
    assert str(problem) == "Too fast."


@pytest.mark.parametrize("code", CloseCode)
def test_a_close_code_says_in_its_range_whether_to_come_back(code):
    assert 4000 <= code < 4500
    assert code.reconnect == (code < 4400)
    assert CLOSE_REASONS[code].endswith(".")
