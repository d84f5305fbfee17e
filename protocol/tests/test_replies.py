"""Every server frame is documented and tolerant, and what answers a request bears its id."""

from typing import get_args

import pytest

from protocol import replies
from protocol.events import tag_of
from protocol.replies import AnyServerFrame

BY_ITSELF = {"ping", "events"}


@pytest.mark.parametrize("shape", get_args(AnyServerFrame), ids=tag_of)
def test_a_server_frame_is_documented_and_bears_the_id_it_answers(shape):
    assert shape.__doc__
    assert shape.__doc__ != replies.ServerFrame.__doc__
    assert (shape.__struct_fields__[:1] == ("id",)) == (tag_of(shape) not in BY_ITSELF)


@pytest.mark.parametrize("shape", get_args(AnyServerFrame), ids=tag_of)
def test_clients_tolerate_fields_that_they_do_not_know(shape):
    assert not shape.__struct_config__.forbid_unknown_fields
