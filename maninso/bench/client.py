"""The load: one process, some keep-alive connections, one request under way on each.

Knows no Django. It has to cost little, as it runs on the cores that it measures.
"""

import re
import select
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

# A request that gets no answer for so long, in seconds, never will.
PATIENCE = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class UnexpectedAnswer(Exception):
    """What is measured does not work, so there is nothing to measure."""


@dataclass(frozen=True)
class Series:
    requests: Sequence[bytes]
    status: int


def race(address: tuple[str, int], series: Sequence[Series], *, connections: int, slices: int) -> list[float]:
    """Requests a second of each series. They take turns, `slices` times, on the same connections: what else
    the machine does meanwhile, it does to all of them.

    Raises UnexpectedAnswer.
    """
    seconds = [0.0] * len(series)
    lines = [Line(address) for _ in range(connections)]
    try:
        for turn in range(slices):
            for number, one in enumerate(series):
                seconds[number] += _run(lines, one.requests[turn::slices], one.status)
    finally:
        for line in lines:
            line.socket.close()
    return [len(one.requests) / spent for one, spent in zip(series, seconds, strict=True)]


def request(method: str, address: tuple[str, int], path: str, form: Mapping[str, str] | None = None) -> bytes:
    """As a browser sends it from a page of the same site."""
    host = "{}:{}".format(*address)
    body = urlencode(form or {}).encode()
    head = {
        "Host": host,
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "en-GB,en;q=0.8,pl;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "keep-alive",
        "Sec-Fetch-Site": "same-origin",
    }
    if method == "POST":
        head |= {
            "Origin": f"http://{host}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Line:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        # Of the answer, as far as its head has told.
        self.missing: int | None = None

    def send(self, request: bytes) -> None:
        self.answer, self.missing = b"", None
        self.socket.sendall(request)

    def has_answer(self, status: bytes) -> bool:
        """Reads what has come. Raises UnexpectedAnswer for a status other than this."""
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise UnexpectedAnswer(f"The connection was closed after {self.answer[:2000]!r}")
        if self.missing is not None:
            self.missing -= len(chunk)
            return self.missing <= 0
        self.answer += chunk
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(self.answer, 0, end + 2)
        if length is None:
            raise UnexpectedAnswer(f"An answer without a length: {self.answer[:2000]!r}")
        self.missing = end + 4 + int(length[1]) - len(self.answer)
        if self.answer[9:12] != status:
            raise UnexpectedAnswer(f"Expected {status.decode()}, and this came:\n{self.rest()}")
        return self.missing <= 0

    def rest(self) -> str:
        while self.missing and (chunk := self.socket.recv(self.missing)):
            self.answer += chunk
            self.missing -= len(chunk)
        return self.answer[:10_000].decode(errors="replace")


def _run(lines: Sequence[Line], requests: Sequence[bytes], status: int) -> float:
    """Seconds from the first request to the last answer."""
    expected = str(status).encode()
    waiting: Iterator[bytes] = iter(requests)
    by_number = {line.socket.fileno(): line for line in lines}
    with select.epoll() as poll:
        begun = time.perf_counter()
        under_way = 0
        for number, line in by_number.items():
            poll.register(number, select.EPOLLIN)
            if (request := next(waiting, None)) is not None:
                line.send(request)
                under_way += 1
        while under_way:
            ready = poll.poll(PATIENCE)
            if not ready:
                raise UnexpectedAnswer(f"No answer within {PATIENCE} s")
            for number, _ in ready:
                line = by_number[number]
                if not line.has_answer(expected):
                    continue
                if (request := next(waiting, None)) is None:
                    under_way -= 1
                else:
                    line.send(request)
        return time.perf_counter() - begun
