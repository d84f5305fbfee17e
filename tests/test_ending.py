"""A server that ends, and a token that ends, on real Daphne and uvicorn processes with real sockets.

SIGTERM: sockets hear "reconnect elsewhere", every message is acknowledged or not stored, parked polls are answered.
"""

import contextlib
import itertools
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.callers import Person
from tests.gateways import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
GOING_AWAY, DEVICE_REVOKED = 4000, 4403


@pytest.fixture(params=["daphne", "uvicorn"])
def deployment(request):
    made = Deployment(3, server=request.param)
    yield made
    made.close()


def read_all(socket, acked):
    """Until the socket is closed: its code; keys of accepted messages go into ``acked``."""
    try:
        while True:
            frame = json.loads(socket.recv(30))
            if frame["type"] == "message.accepted":
                acked.add(frame["client_key"])
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def test_sigterm_sends_everybody_elsewhere_and_leaves_nothing_half_done(deployment):
    alice, bob = Person(deployment, 0), Person(deployment, 1)
    group = alice.group(bob)
    socket, idle = alice.socket(), bob.socket()
    acked, posted = set(), set()

    def speak():
        try:
            for number in itertools.count(2):
                frame = {
                    "type": "message.send",
                    "id": number,
                    "conversation": group,
                    "client_key": f"socket-{number:06}",
                }
                socket.send(json.dumps(frame | {"body": {"text": "x"}}))
                time.sleep(0.002 if number % 50 else 0.5)  # within the announced rate
        except ConnectionClosed:
            pass

    def post():
        for number in itertools.count():
            key = f"http-{number:06}"
            try:
                if alice.post(group, key).status_code != 201:
                    return
            except httpx.TransportError:
                return
            posted.add(key)

    parked = Person(deployment, 2)
    with ThreadPoolExecutor(6) as pool:
        states = parked.http.post("/poll/v1/", json={"wait": 0}).json()["states"]
        heads = {str(each["conversation"]): each["head_seq"] for each in states}
        poll = pool.submit(parked.http.post, "/poll/v1/", json={"positions": heads, "wait": 40})
        pool.submit(speak)
        pool.submit(post)
        code, idle_code = pool.submit(read_all, socket, acked), pool.submit(read_all, idle, set())
        time.sleep(2)
        assert not poll.done(), poll.result().text
        status, seconds = deployment.stop()
        assert (code.result(30), idle_code.result(30)) == (GOING_AWAY, GOING_AWAY)
        answer = poll.result(30)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert status == 0, deployment.said()
    assert seconds < 10
    assert "Traceback" not in deployment.said()
    stored = {row[4] for row in deployment.table(group) if row[4]}
    assert len(acked) > 20
    assert len(posted) > 2
    assert {key for key in stored if key.startswith("socket")} == acked
    assert {key for key in stored if key.startswith("http")} == posted


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quickly_when_nobody_is_there(deployment, how):
    status, seconds = deployment.stop(how=how)
    assert status == 0
    assert seconds < 5
    assert "Stopped." in deployment.said()


def test_an_upload_that_never_ends_does_not_keep_the_server(deployment):
    alice = Person(deployment, 0)

    def slow():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while True:
            time.sleep(0.5)
            yield b"a"

    def upload():
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        with contextlib.suppress(httpx.TransportError):
            return alice.http.post("/api/v1/files", content=slow(), headers=kind).status_code
        return 0

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(upload)
        time.sleep(1)
        _, seconds = deployment.stop()
        assert seconds < 10
        assert sent.result(30) in (0, 500, 503)


def test_a_token_that_is_ended_cuts_its_socket_within_five_seconds(deployment):
    """The renewed token signs out; the socket came with the one before it."""
    alice = Person(deployment, 0)
    socket = alice.socket()
    fresh = alice.http.post("/api/v1/tokens/renew").json()["token"]
    began = time.monotonic()
    assert Person(deployment, 0, fresh).http.delete("/api/v1/tokens/current").status_code == 204
    assert read_all(socket, set()) == DEVICE_REVOKED
    assert time.monotonic() - began < 5
    assert alice.http.get("/api/v1/me").status_code == 401
