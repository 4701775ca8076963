"""Many lines at once."""

import itertools
import select
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.attack.target import CUT, WAITS, Answers, Target, status

DRIP = 0.3
"""Seconds between two octets."""
AT_ONCE = 16
"""Lines of a flood."""


def trickle(target: Target, begun: Sequence[bytes], count: int, seconds: float) -> Answers:
    """Each of `count` lines, at once, begins a request and then sends an octet now and then, for so many seconds; what
    each was answered. One that nobody answered or cut by then is "waits"."""
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(count) as pool:
        return Answers(pool.map(lambda n: _one(target, begun[n % len(begun)], ends), range(count)))


def _one(target: Target, begins: bytes, ends: float) -> str:
    try:
        with target.connect(patience=seconds_to(ends)) as line:
            line.sendall(begins)
            while time.monotonic() < ends:
                if select.select([line], [], [], DRIP)[0]:
                    return status(line)
                line.sendall(b"x")
    except TimeoutError:
        pass
    except OSError:
        return CUT
    return WAITS


def seconds_to(ends: float) -> float:
    return max(0.1, ends - time.monotonic())


def silent(target: Target, count: int, seconds: float) -> Answers:
    """Lines that never say a word; how many were cut meanwhile, and how many not."""
    answers = Answers()
    with ExitStack() as stack:
        open_ = []
        for _ in range(count):
            try:
                open_.append(stack.enter_context(target.connect(secure=False)))
            except OSError:
                answers[CUT] += 1
        ends = time.monotonic() + seconds
        while open_ and (left := ends - time.monotonic()) > 0:
            for line in select.select(open_, [], [], left)[0]:
                answers[status(line)] += 1
                open_.remove(line)
        answers[WAITS] += len(open_)
    return +answers


def flood(target: Target, mix: Sequence[bytes], count: int) -> Answers:
    """`count` requests in all, in turn of `mix`, on lines that are opened anew where the box closes them."""
    numbers, answers, lock = itertools.count(), Answers(), threading.Lock()

    def some() -> None:
        mine = Answers()
        line: socket.socket | None = None
        while (n := next(numbers)) < count:
            try:
                line = line or target.connect()
                line.sendall(mix[n % len(mix)])
                mine[_answered(line)] += 1
            except OSError:
                mine[CUT] += 1
                if line:
                    line.close()
                line = None
        if line:
            line.close()
        with lock:
            answers.update(mine)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for one in [pool.submit(some) for _ in range(AT_ONCE)]:
            one.result()
    return answers


def _answered(line: socket.socket) -> str:
    """The status of a whole answer, read to its end. Raises OSError where there is none."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        if not (part := line.recv(65536)):
            raise ConnectionError("cut")
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    fields = {
        name.lower(): value.strip() for name, _, value in (row.partition(b":") for row in head.split(b"\r\n")[1:])
    }
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        if not (part := line.recv(65536)):
            raise ConnectionError("cut")
        left -= len(part)
    return head.split(b" ", 2)[1].decode()
