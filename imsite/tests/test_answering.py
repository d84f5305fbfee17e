"""The one-call answer is a whole and uncached one."""

from imsite.answering import answer


async def test_an_answer_has_its_length_and_is_not_kept():
    sent = []

    async def send(message):
        sent.append(message)

    await answer(send, 503, "nö".encode(), "application/json")
    start, body = sent
    headers = dict(start["headers"])
    assert (start["status"], body["body"]) == (503, "nö".encode())
    assert headers[b"content-length"] == b"3"
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-type"] == b"application/json"
