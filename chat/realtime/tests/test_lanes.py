"""The lanes: writes in order, reads beside them, a connection that is kept and dropped after a failure."""

import threading

import pytest
from django.db import OperationalError, connection

from chat.realtime.lanes import Lanes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lanes():
    lanes = Lanes(read_lanes=2)
    yield lanes
    lanes.close()


async def test_writes_run_one_after_the_other_in_one_thread(lanes):
    seen, threads = [], set()

    def job(number):
        seen.append(number)
        threads.add(threading.current_thread().name)

    for future in [lanes.write(job, number) for number in range(50)]:
        await future
    assert seen == list(range(50))
    assert len(threads) == 1


async def test_a_slow_read_delays_neither_writes_nor_other_reads(lanes):
    held = threading.Event()
    slow = lanes.read(held.wait, 10)
    assert await lanes.write(lambda: "written") == "written"
    assert await lanes.read(lambda: "read") == "read"
    assert not slow.done()
    held.set()
    assert await slow


async def test_a_lane_keeps_its_connection_and_drops_it_after_a_failure(lanes):
    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return connection.connection

    first = await lanes.write(look)
    assert await lanes.write(look) is first

    def fail():
        connection.errors_occurred = True
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        await lanes.write(fail)
    assert await lanes.write(look) is not first
