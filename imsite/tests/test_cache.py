"""The cache on Redis: whichever request asks, the connections are the same few."""

from threading import Thread

from imsite.cache import SharedRedisCache


def test_requests_share_one_pool_of_connections():
    made = []
    for _ in range(3):
        worker = Thread(target=lambda: made.append(SharedRedisCache("redis://localhost:1/0", {})._cache))
        worker.start()
        worker.join()
    first, *rest = made
    assert all(each is first for each in rest)
    assert first.get_client("a").connection_pool is first.get_client("b", write=True).connection_pool
    other = SharedRedisCache("redis://localhost:2/0", {})._cache
    assert other is not first
