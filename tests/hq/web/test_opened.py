"""That a mail was opened is noted with consent alone; without, there is no pixel in it."""

from flask.testing import FlaskClient
from sqlalchemy import select

from hq import decisions
from hq.insight.timeline import timeline
from hq.links import Links
from hq.mail.contents import message
from hq.service import Hq
from hq.store import tables
from hq.web.app import theme_of
from tests.hq import showroom as shop


def html(hq: Hq) -> str:
    with hq.reading() as reading:
        row = reading.execute(select(tables.mail)).one()
    part = message(hq, theme_of(hq), row).get_body(("html",))
    assert part
    return str(part.get_content())


def visits(hq: Hq) -> list[tuple[str, str, str | None]]:
    with hq.reading() as reading:
        return [(row.profile, row.page, row.basket) for row in reading.execute(select(tables.web_visit))]


def test_without_consent_the_mail_bears_no_pixel_and_none_counts(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    assert "/o/" not in html(showroom)
    answer = client.get(links.opened(shop.MAIL_ID))
    assert (answer.status_code, answer.mimetype) == (200, "image/gif")
    assert visits(showroom) == []


def test_with_consent_it_is_noted_until_that_is_taken_back(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    pixel = links.opened(shop.MAIL_ID)
    assert f'src="{showroom.public_url}{pixel}"' in html(showroom)
    client.get(pixel)
    assert visits(showroom) == [(shop.PROFILE, "mail", None)]
    with showroom.reading() as reading:
        assert "Opened a mail" in {one.what for one in timeline(reading, shop.PROFILE)}
    decisions.withdraw(showroom, shop.PROFILE, how="staff", purposes=("profiling",))
    assert client.get(pixel).status_code == 200
    assert len(visits(showroom)) == 1


def test_every_link_gets_the_same_picture(client: FlaskClient, links: Links) -> None:
    wrong = client.get("/o/nothing.gif")
    assert wrong.data == client.get(links.opened("0" * 32)).data
    assert "Set-Cookie" not in wrong.headers
