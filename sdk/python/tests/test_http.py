"""The HTTP calls and how their problems come out."""

import json

import httpx
import pytest
from parley_sdk.errors import Disconnected, ServerError
from parley_sdk.http import Api


def api(answer):
    requests = []

    def handle(request):
        requests.append(request)
        found = answer(request)
        if isinstance(found, Exception):
            raise found
        return found

    made = Api("http://test/", transport=httpx.MockTransport(handle))
    made.token = "ply_x"
    return made, requests


async def test_signing_in_gives_a_token():
    made, requests = api(
        lambda request: httpx.Response(201, json={"token": "ply_new", "device": 4, "user": 1, "new": 1})
    )
    signed = await made.sign_in("alice", "secret", device="Terminal")
    assert (signed.token, signed.device, signed.user) == ("ply_new", 4, 1)
    assert requests[0].url == "http://test/api/v1/tokens"
    assert json.loads(requests[0].content) == {"username": "alice", "password": "secret", "device": "Terminal"}


async def test_the_token_goes_along():
    made, requests = api(lambda request: httpx.Response(200, json={"people": []}))
    await made.find_people("王")
    assert requests[0].headers["Authorization"] == "Bearer ply_x"
    assert requests[0].url.params["query"] == "王"


async def test_a_problem_is_a_server_error():
    made, _ = api(
        lambda request: httpx.Response(
            429, json={"code": "rate_limited", "detail": "Slow.", "details": {"limit": 1}}, headers={"Retry-After": "3"}
        )
    )
    with pytest.raises(ServerError) as caught:
        await made.sign_out()
    assert (caught.value.code, caught.value.retry_after, caught.value.details) == ("rate_limited", 3.0, {"limit": 1})


async def test_a_page_of_a_broken_proxy_is_a_server_error_too():
    made, _ = api(lambda request: httpx.Response(502, text="<html>"))
    with pytest.raises(ServerError) as caught:
        await made.renew()
    assert caught.value.code == "internal"


async def test_no_network_is_disconnected():
    made, _ = api(lambda request: httpx.ConnectError("refused"))
    with pytest.raises(Disconnected):
        await made.find_people()


async def test_files_go_up_and_down(tmp_path):
    source, target = tmp_path / "bild 图.txt", tmp_path / "target"
    source.write_bytes(b"hello" * 1_000)

    def answer(request):
        if request.method == "POST":
            assert b"hello" in request.read()
            return httpx.Response(
                201, json={"id": "f1", "name": "bild 图.txt", "size": 5_000, "media_type": "text/plain"}
            )
        return httpx.Response(200, content=b"hello" * 1_000)

    made, requests = api(answer)
    uploaded = await made.upload(source)
    assert uploaded.id == "f1"
    assert await made.download(uploaded.id, target) == 5_000
    assert target.read_bytes() == source.read_bytes()
    assert requests[1].url.path == "/api/v1/files/f1"


async def test_a_file_that_may_not_be_read(tmp_path):
    made, _ = api(lambda request: httpx.Response(404, json={"code": "not_found", "detail": "No."}))
    with pytest.raises(ServerError) as caught:
        await made.download("f1", tmp_path / "x")
    assert caught.value.code == "not_found"
