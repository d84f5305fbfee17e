"""The scaled form's layer: many groups in one round trip, in order, to those who are in them."""

import asyncio

import pytest
from django.conf import settings
from redis.exceptions import RedisError

from chat.layer import PIPELINE_BYTES, RedisLayer, _sliced

needs_redis = pytest.mark.skipif(not settings.SCALED, reason="the embedded form has no Redis")


@needs_redis
async def test_many_groups_are_told_at_once_and_each_in_order():
    layer = RedisLayer(hosts=[settings.REDIS_URL], prefix=f"{settings.REDIS_PREFIX}layer")
    channel = await layer.new_channel()
    try:
        for group in ("conv.1", "conv.2"):
            await layer.group_add(group, channel)
        await layer.group_send_many(
            [(f"conv.{n % 3}", {"type": "hub.deliver", "group": n % 3, "n": n}) for n in range(300)]
        )
        heard = [await asyncio.wait_for(layer.receive(channel), 5) for _ in range(200)]
        for group in (1, 2):
            assert [each["n"] for each in heard if each["group"] == group] == list(range(group, 300, 3))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(layer.receive(channel), 0.2)
    finally:
        await layer.flush()


@needs_redis
async def test_a_layer_that_is_away_says_so():
    layer = RedisLayer(hosts=["redis://127.0.0.1:1/0"])
    with pytest.raises(RedisError):
        await layer.group_send_many([("conv.1", {"type": "hub.deliver"})])


def test_a_pipeline_is_bounded_and_nothing_is_left_out():
    pairs = [(str(n), bytes(size)) for n, size in enumerate([10, PIPELINE_BYTES, 10, 10, PIPELINE_BYTES * 2, 10])]
    slices = list(_sliced(pairs))
    assert [pair for some in slices for pair in some] == pairs
    assert [len(some) for some in slices] == [1, 1, 2, 1, 1]
