"""A box gets another key over the line itself: the old certificate is taken back, the box goes on with the new one."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.actions import CannotError, NotNowError
from edge.config import Config
from edge.config_file import parse
from edge.rotating import rotate_keys
from edge.secure import floor_of, line_trust, settle
from hq.answers import AnswerLine
from hq.authority import line_trust as hq_trust
from hq.authority import records
from hq.fleet.retiring import retire
from hq.store.tables import box_action
from sync import topics
from sync.asking import Asking
from sync.codec import Told, decode_answer
from sync.line import Line, LineUp, Message
from sync.service import box_line
from tests.edge.test_readers_elsewhere import SETTINGS
from tests.guarantees.secured import Secured, needs_mosquitto, secured, until

pytestmark = needs_mosquitto
STORE = "aurora-tallinn"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("rotated") / "hq") as line:
        answers = AnswerLine(line.hq, [(line.host, line.port)], hq_trust(line.hq))
        answers.start()
        until(lambda: answers.up, "HQ's line")
        yield line
        answers.stop()


def config(here: Secured, folder: Path) -> Config:
    line = folder / "line"
    line.mkdir()
    certificate, key = here.enrolled(STORE)
    for source, name in ((here.authority.ca_file, "ca.crt"), (certificate, "box.crt"), (key, "box.key")):
        shutil.copy(source, line / name)
    (line / "box.key").chmod(0o600)
    settings = SETTINGS.replace('store = "shop"', f'store = "{STORE}"\ndir = {json.dumps(str(folder))}')
    return parse(settings.replace("[hq]\n", "[hq]\ntls = true\n").replace("127.0.0.1:9", f"127.0.0.1:{here.port}"))


@contextmanager
def on_the_line(here: Secured, settings: Config) -> Iterator[tuple[Line, Asking, Any]]:
    trust = line_trust(settings, floor_of(Path(settings.dir)))
    line = box_line([(here.host, here.port)], STORE, trust)
    asking, ups = Asking(line.publish, STORE), threading.Semaphore(0)

    def hear() -> None:
        while (happened := line.inbox.get()) is not None:
            if isinstance(happened, LineUp):
                ups.release()
            for_us = isinstance(happened, Message) and happened.topic == topics.down(STORE)
            if for_us and isinstance(answer := decode_answer(happened.payload), Told):
                asking.told(answer)

    thread = threading.Thread(target=hear)
    thread.start()
    line.start()
    try:
        assert ups.acquire(timeout=20)
        yield line, asking, (trust, ups)
    finally:
        line.stop()
        line.inbox.put(None)
        thread.join()


def test_the_new_key_opens_the_line_and_the_old_one_no_more(here: Secured, tmp_path: Path) -> None:
    settings = config(here, tmp_path)
    old = here.trust(STORE)
    before = settings.line_files[1].read_bytes(), settings.line_files[2].read_bytes()
    with on_the_line(here, settings) as (line, asking, (trust, ups)):
        asked = here.hq.clock()
        rotate_keys(settings, trust, asking.ask, line.reconnect)
        assert ups.acquire(timeout=20), "the line is up again"
        after = settings.line_files[1].read_bytes(), settings.line_files[2].read_bytes()
        assert after[0] != before[0] and after[1] != before[1]
        assert not list(tmp_path.glob("line/*.next"))
        with here.hq.engine.begin() as connection:
            row = {"id": "a" * 32, "store": STORE, "kind": "rotate-keys", "subject": "", "by": "mari", "why": ""}
            connection.execute(box_action.insert().values(**row, at=asked, state="done", done=asked))
        assert retire(here.hq) == [STORE]
        with here.hq.reading() as connection:
            held = records.of_store(connection, STORE)
        assert [bool(one.revoked) for one in held] == [True, False]
        line.reconnect()
        assert ups.acquire(timeout=20), "and with the old one taken back"
    with here.line(STORE, tls=old) as copy:
        until(lambda: copy.trouble, "the refusal of the old key")
        assert not copy.up
    with on_the_line(here, settings):
        pass  # a restart reads the new files


def test_what_hq_does_not_answer_changes_nothing(here: Secured, tmp_path: Path) -> None:
    line = tmp_path / "line"
    line.mkdir()
    settings = parse(SETTINGS.replace('store = "shop"', f'store = "shop"\ndir = {json.dumps(str(tmp_path))}'))
    with pytest.raises(CannotError, match="enrol it"):
        rotate_keys(settings, None, lambda *asked: None, lambda: None)
    with pytest.raises(NotNowError):
        rotate_keys(settings, here.trust("_hq"), lambda *asked: None, lambda: None)
    with pytest.raises(CannotError, match="not for the key"):
        strange = {"certificate": here.authority.ca_file.read_text()}
        rotate_keys(settings, here.trust("_hq"), lambda *asked: strange, lambda: None)
    settle(*settings.line_files[1:])
    assert list(line.iterdir()) == []


def test_a_box_that_dies_between_the_files_finishes_at_its_next_start(tmp_path: Path) -> None:
    certificate, key = tmp_path / "box.crt", tmp_path / "box.key"
    for path in (certificate, key):
        path.write_text("old")
        path.with_name(path.name + ".next").write_text("new")
    (tmp_path / "box.key.next").replace(key)  # the first of the two steps
    settle(certificate, key)
    assert [path.read_text() for path in (certificate, key)] == ["new", "new"]
    (tmp_path / "box.key.next").write_text("of an attempt that got no certificate")
    settle(certificate, key)
    assert key.read_text() == "new" and sorted(path.name for path in tmp_path.iterdir()) == ["box.crt", "box.key"]
