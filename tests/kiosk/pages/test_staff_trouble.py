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
    assert "This box can't send everything to HQ just now" in page
    assert "is not known here" in page
    aurora.shop.set_language("staff", "de")
    assert "Diese Box kann der Zentrale gerade nicht alles senden" in client.get("/s/staff").data.decode()
