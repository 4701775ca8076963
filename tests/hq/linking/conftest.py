import pytest

from hq.service import Hq
from tests.hq.conftest import Clock
from tests.hq.linking.known import Known


@pytest.fixture
def known(any_hq: Hq, clock: Clock) -> Known:
    return Known(any_hq, clock)
