"""A PN532 reader chip on a pty, as far as nfcpy's driver asks."""

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

from hardware.simulated.pn532_field import Field
from hardware.simulated.pn532_frames import ACK, CommandParser, answer
from hardware.simulated.pty_port import Pluggable, PtyPort
from hardware.simulated.tags import Tag


class Pn532(Pluggable):
    """The chip: `put` tags into its field and `take` them out. While `mute` it says nothing, as a wedged one; while
    `stalled` it acknowledges and does not answer; `lag` is how many seconds late it acknowledges the next command,
    once."""

    def __init__(self, link: str | Path | None = None) -> None:
        self.mute, self.stalled, self.lag = False, False, 0.0
        self._garbles: Iterator[Callable[[bytes], bytes] | None] = iter(())
        self._port = PtyPort(link)
        self._field = Field()
        self._thread: threading.Thread | None = None
        self.replug()

    @property
    def path(self) -> str:
        """What a driver opens; stable over `replug` only with a `link`."""
        return self._port.path

    def put(self, tag: Tag) -> None:
        """Hold a tag to the reader, beside those that are there; raises `DeviceLost` while unplugged."""
        self._port.check()
        self._field.hold(*self._field.tags, tag)

    def take(self) -> None:
        """Take every tag away."""
        self._field.hold()

    def swap(self, tag: Tag) -> None:
        """Put a tag in place of what is there, between two commands."""
        self._port.check()
        self._field.hold(tag)

    def garble(self, how: Callable[[bytes], bytes], *, after: int = 0, times: int = 1) -> None:
        """Do `how` to the chip's next answers on the line, after the first `after` of them."""
        self._garbles = chain(repeat(None, after), repeat(how, times))

    def unplug(self) -> None:
        if self._thread is None:
            return
        os.write(self._wake[1], b".")
        self._thread.join()
        self._thread = None
        self._port.unplug()
        for end in self._wake:
            os.close(end)

    def replug(self) -> None:
        if self._thread is not None:
            return
        self.take()
        self._port.plug()
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, name=f"pn532-{self.path}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        parser, line, wake = CommandParser(), self._port.master, self._wake[0]
        while wake not in (ready := select.select([line, wake], [], [])[0]):
            octets = os.read(line, 4096) if ready else b""
            if self.mute:
                parser = CommandParser()
                continue
            for command, data in parser.feed(octets):
                late, self.lag = self.lag, 0.0
                time.sleep(late)
                self._port.write(ACK)
                if not self.stalled:
                    self._answer(command, data)

    def execute(self, command: int, data: bytes) -> bytes:
        """What the chip answers to `command`, without the frame."""
        return self._field.execute(command, data)

    def _answer(self, command: int, data: bytes) -> None:
        frame = answer(command, self.execute(command, data))
        garble = next(self._garbles, None)
        self._port.write(garble(frame) if garble else frame)
