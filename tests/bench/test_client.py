from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from maninso.bench import client
from maninso.bench.client import Series, UnexpectedAnswer


class Server(BaseHTTPRequestHandler):
    """Answers /large with many bytes, /nothing with none, and does not know anything else."""

    PAGES = {"/large": (200, b"x" * 2_000_000), "/nothing": (200, b"")}
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        status, body = self.PAGES.get(self.path, (404, b"No such page"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.paths = []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def race(server: ThreadingHTTPServer, *paths: str, count: int) -> list[float]:
    address = ("127.0.0.1", server.server_port)
    series = [Series([client.request("GET", address, path)] * count, status=200) for path in paths]
    return client.race(address, series, connections=3, slices=2)


def test_each_request_is_sent_once_and_answered_whole(server: ThreadingHTTPServer) -> None:
    rates = race(server, "/nothing", "/large", count=7)

    assert all(rate > 0 for rate in rates)
    assert sorted(server.paths) == ["/large"] * 7 + ["/nothing"] * 7  # type: ignore[attr-defined]


def test_floor_and_figure_take_turns(server: ThreadingHTTPServer) -> None:
    race(server, "/nothing", "/large", count=2)

    assert server.paths == ["/nothing", "/large"] * 2  # type: ignore[attr-defined]


def test_an_unexpected_answer_ends_the_race_and_is_shown(server: ThreadingHTTPServer) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"404(?s:.*)No such page"):
        race(server, "/elsewhere", count=1)
