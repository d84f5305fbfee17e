"""How quantiles are read from buckets; what is made of samples is in test_sampling.py."""

from imsite.watching import _ENDS, quantile


def test_a_quantile_lies_within_its_bucket():
    buckets = [0, 10, *[10] * (len(_ENDS) - 1)]
    assert _ENDS[0] < quantile(buckets, 0.5) < _ENDS[1]
    assert quantile([5] * (len(_ENDS) + 1), 1) == _ENDS[0]


def test_what_is_beyond_the_last_bucket_is_its_end():
    assert quantile([0] * len(_ENDS) + [4], 0.99) == _ENDS[-1]


def test_nothing_counted_is_nothing_known():
    assert quantile([], 0.5) is None
    assert quantile([0] * (len(_ENDS) + 1), 0.5) is None
