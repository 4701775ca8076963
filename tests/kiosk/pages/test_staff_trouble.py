"""What HQ refuses is said to the staff in plain words."""

from flask.testing import FlaskClient

from edge.shop.stations import Alone
from tests.kiosk.aurora import Aurora


class Refused(Alone):
    def trouble(self) -> str:
        return "HQ refuses this box's events: store 'x' is not known here"


def test_trouble_with_hq_stands_on_the_staff_screen_with_its_reason(aurora: Aurora, client: FlaskClient) -> None:
    assert b'data-test="trouble"' not in client.get("/s/staff").data
    aurora.shop.outside = Refused()
    page = client.get("/s/staff").data.decode()
    assert "HQ takes nothing from this box just now" in page
    assert "is not known here" in page
    aurora.shop.set_language("staff", "de")
    assert "Die Zentrale nimmt von dieser Box gerade nichts an" in client.get("/s/staff").data.decode()
