"""What was held back waits for a decision; a decision is about words, and survives everything that comes after."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from edge.domain.article import HELD, REFUSED, SHOWN
from hq.errors import BusyError, InputError
from hq.feeds import publish
from hq.feeds.wanted import due
from hq.importers import import_file
from hq.reviews import moderation
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.aside import alone
from hq.web import create_app
from tests.hq.cli.test_commands import Run, lines, run  # noqa: F401
from tests.hq.importers.files import write

HEAD = "product_id,rating,text,author,date,id\n"
LINK = "boot,5,See https://cheap.example,Mari,2026-01-01,r1\n"
FINE = "boot,4,Dry feet,Jo,2026-01-02,r2\n"


@pytest.fixture
def moderated(hq: Hq, tmp_path: Path) -> Hq:
    with hq.engine.connect() as connection:
        import_file(connection, write(tmp_path, "articles.csv", "sku,product_id,price,title_en\nB,boot,5,Boot\n"))
    take(hq, tmp_path, HEAD + LINK + FINE)
    return hq


def take(hq: Hq, folder: Path, text: str) -> None:
    with hq.engine.connect() as connection:
        import_file(connection, write(folder, "reviews.csv", text))


def states(hq: Hq) -> dict[str, str]:
    with hq.reading() as connection:
        return {one.review.author: one.review.state for one in moderation.reviews(connection, "")}


def held(hq: Hq) -> str:
    with hq.reading() as connection:
        (one,) = moderation.reviews(connection, HELD)
    return one.id


def shown(hq: Hq) -> list[str]:
    with hq.engine.connect() as connection:
        publish(connection, hq.dir, hq.keys.signing, now=hq.clock())
    catalogue = hq.catalogue()
    assert catalogue is not None
    return sorted(review.author for review in catalogue.reviews("boot"))


def test_what_is_held_back_is_on_no_screen_until_it_is_accepted(moderated: Hq) -> None:
    assert states(moderated) == {"Mari": HELD, "Jo": SHOWN}
    assert shown(moderated) == ["Jo"]
    moderation.decide(moderated, held(moderated), SHOWN)
    assert shown(moderated) == ["Jo", "Mari"]


@pytest.mark.parametrize("decision", [SHOWN, REFUSED])
def test_a_decision_survives_the_same_words_and_not_others(moderated: Hq, tmp_path: Path, decision: str) -> None:
    moderation.decide(moderated, held(moderated), decision)  # type: ignore[arg-type]
    take(moderated, tmp_path, HEAD + LINK.replace(",5,", ",1,") + FINE)
    assert states(moderated)["Mari"] == decision
    take(moderated, tmp_path, HEAD + LINK.replace("cheap", "cheaper"))
    assert states(moderated)["Mari"] == HELD, "these words nobody has read"
    take(moderated, tmp_path, HEAD + LINK)
    assert states(moderated)["Mari"] == decision


def test_the_latest_decision_counts(moderated: Hq, tmp_path: Path) -> None:
    id_ = held(moderated)
    for decision in (SHOWN, REFUSED):
        moderated.clock.now += 1  # type: ignore[attr-defined]
        moderation.decide(moderated, id_, decision)  # type: ignore[arg-type]
    take(moderated, tmp_path, HEAD + LINK)
    assert states(moderated)["Mari"] == REFUSED


def test_a_decision_that_was_made_already_is_not_journalled_again(moderated: Hq, tmp_path: Path) -> None:
    id_, journal = held(moderated), moderated.dir / "journal.jsonl"
    moderation.decide(moderated, id_, SHOWN)
    written = journal.read_bytes()
    for _ in range(3):
        assert moderation.decide(moderated, id_, SHOWN).state == SHOWN
    assert journal.read_bytes() == written
    moderated.clock.now += 1  # type: ignore[attr-defined]
    assert moderation.decide(moderated, id_, REFUSED).state == REFUSED
    assert len(journal.read_bytes()) > len(written)
    take(moderated, tmp_path, HEAD + LINK.replace("cheap", "cheaper"))
    written = journal.read_bytes()
    moderation.decide(moderated, held(moderated), REFUSED)
    assert len(journal.read_bytes()) > len(written), "of other words nothing was decided"


def test_a_decision_survives_a_database_from_before_it(moderated: Hq) -> None:
    """The journal is applied again, as after a restore."""
    moderation.decide(moderated, held(moderated), SHOWN)
    with moderated.engine.begin() as connection:
        connection.execute(tables.decision.delete())
        review = moderation.reviews(connection, "")
        ids = [one.id for one in review if one.review.author == "Mari"]
        doc = tables.article.c.doc
        row = connection.scalar(tables.article.select().with_only_columns(doc).where(tables.article.c.id == ids[0]))
        before = str(row).replace('"state":"shown"', '"state":"held"')
        connection.execute(tables.article.update().where(tables.article.c.id == ids[0]).values(doc=before))
    assert states(moderated)["Mari"] == HELD
    again = open_hq(moderated.dir, clock=moderated.clock)
    assert states(again)["Mari"] == SHOWN
    again.close()


def test_nothing_is_decided_while_an_import_may_overwrite_it(moderated: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation, "PATIENCE", 0.1)
    with alone(moderated.dir), pytest.raises(BusyError):
        moderation.decide(moderated, held(moderated), SHOWN)
    assert states(moderated)["Mari"] == HELD


@pytest.mark.parametrize("id_", ["", "zz", "'; DROP TABLE article", "%"])
def test_a_review_that_is_not_there_is_named(moderated: Hq, id_: str) -> None:
    with pytest.raises(InputError):
        moderation.decide(moderated, id_, SHOWN)


def test_the_commands_list_show_and_decide(run: Run, moderated: Hq) -> None:  # noqa: F811
    (told,) = lines(run("reviews", "list", "--json")[1])
    assert (told["author"], told["why"], told["state"]) == ("Mari", ["a link"], HELD)
    beginning = str(told["id"])[:12]
    assert "See https://cheap.example" in run("reviews", "show", beginning)[1]
    status, out, _ = run("reviews", "accept", beginning)
    assert (status, f"{beginning} of boot is shown" in out, "published as version 1.1" in out) == (0, True, True)
    assert "No review is held back." in run("reviews", "list")[1]
    assert run("reviews", "refuse", beginning, "nobody")[0] == 2
    assert states(moderated)["Mari"] == SHOWN, "a slip in one id decides about none"
    assert run("reviews", "refuse", beginning, "--no-publish", "--json")[0] == 0
    assert len(lines(run("reviews", "list", "--state", "all", "--json")[1])) == 2


@pytest.fixture
def client(moderated: Hq) -> FlaskClient:
    return create_app(moderated).test_client()


def test_the_page_shows_what_is_held_and_takes_a_decision(client: FlaskClient, moderated: Hq) -> None:
    page = client.get("/reviews").text
    assert "1 review held back" in page and "a link" in page and "See https://cheap.example" in page
    answer = client.post(f"/reviews/{held(moderated)}", data={"decision": "accept", "state": "held"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reviews?state=held")
    assert states(moderated)["Mari"] == SHOWN
    with moderated.reading() as connection:
        assert due(connection) is not None, "a version with it is wanted"
    assert "No review is held back" in client.get("/reviews").text
    assert "Mari" in client.get("/reviews?state=shown").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:1"},
    ],
)
def test_a_page_of_somebody_else_decides_nothing(client: FlaskClient, moderated: Hq, headers: dict[str, str]) -> None:
    answer = client.post(f"/reviews/{held(moderated)}", data={"decision": "accept"}, headers=headers)
    assert answer.status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(f"/reviews/{held(moderated)}", data={"decision": "refuse"}, headers=own).status_code == 303
    assert client.post("/reviews/nobody", data={"decision": "refuse"}).status_code == 404
    assert client.post("/reviews/nobody", data={"decision": "burn"}).status_code == 400


def test_hostile_words_are_words_on_the_page(moderated: Hq, client: FlaskClient, tmp_path: Path) -> None:
    take(moderated, tmp_path, HEAD + 'boot,1,"{{ 7*7 }} & ""x"" https://a.example \'><b",\'><i>,2026-01-03,r3\n')
    page = client.get("/reviews").text
    assert "{{ 7*7 }}" in page and "<b>" not in page and "<i>" not in page
