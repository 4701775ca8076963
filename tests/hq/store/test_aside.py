"""Long work beside other writers: nobody waits, all of it or nothing stays."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from hq.service import Hq
from hq.store import engine as engines
from hq.store.aside import aside
from hq.store.insert import put
from hq.store.tables import article, setting

Aside = Callable[..., AbstractContextManager[Connection]]


@pytest.fixture
def work(any_hq: Hq, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aside]:
    monkeypatch.setattr(engines, "BUSY_MS", 100)
    any_hq.engine.dispose()  # the next connections have little patience
    with any_hq.engine.begin() as connection:
        connection.execute(insert(article), [_row(id_) for id_ in ("kept", "changed", "gone")])
    yield lambda **options: aside(any_hq.engine, any_hq.dir / "import.lock", article, setting, **options)


def _row(id_: str) -> dict[str, str]:
    return {"kind": "variant", "id": id_, "parent": "", "doc": "1"}


def _held(engine: Engine) -> dict[str, str]:
    with engines.reading(engine) as connection:
        return {row.id: row.doc for row in connection.execute(select(article))}


def _change(connection: Connection) -> None:
    with connection.begin_nested():
        connection.execute(delete(article).where(article.c.id == "gone"))
        connection.execute(update(article).where(article.c.id == "changed").values(doc="2"))
        put(connection, article, _row("new"))
        put(connection, setting, {"key": "catalogue.languages", "value": "[]"})


def test_others_write_meanwhile_and_both_stay(any_hq: Hq, work: Aside) -> None:
    with work() as connection:
        _change(connection)
        with any_hq.engine.begin() as other:
            put(other, setting, {"key": "other", "value": "written"})
        assert _held(any_hq.engine) == {"kept": "1", "changed": "1", "gone": "1"}
    assert _held(any_hq.engine) == {"kept": "1", "changed": "2", "new": "1"}
    with any_hq.reading() as connection:
        settings = {row.key: row.value for row in connection.execute(select(setting))}
    assert (settings["other"], settings["catalogue.languages"]) == ("written", "[]")


def test_an_error_or_a_dry_run_leaves_everything_as_it_was(any_hq: Hq, work: Aside) -> None:
    with pytest.raises(ZeroDivisionError), work() as connection:
        _change(connection)
        raise ZeroDivisionError
    with work(keep=False) as connection:
        _change(connection)
    assert _held(any_hq.engine) == {"kept": "1", "changed": "1", "gone": "1"}


def test_two_take_turns_and_the_second_sees_what_the_first_did(any_hq: Hq, work: Aside) -> None:
    def second() -> None:
        with work() as connection:
            connection.execute(update(article).values(doc=article.c.doc + "!"))

    thread = threading.Thread(target=second)
    with work() as connection:
        thread.start()
        _change(connection)
    thread.join(10)
    assert _held(any_hq.engine) == {"kept": "1!", "changed": "2!", "new": "1!"}
