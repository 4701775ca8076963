"""The simulated UHF reader does what LLRP asks: shown with the recorded requests of a client of another make."""

from hardware.llrp.frames import Frame, Kind, encode, tlv
from hardware.llrp.messages import OURS, configuration, rospec_number, standing_order
from hardware.llrp.reports import refusal, sightings
from hardware.simulated.llrp_session import UNHEARD, Session
from hardware.simulated.llrp_tags import UhfTag
from tests.hardware.llrp_recordings import TAGS, frames, spoken


class Place:
    def __init__(self) -> None:
        self.antennas, self.hop_table, self.keeps_alive = 2, 0, True
        self.tags = {tag.epc: UhfTag(tag.epc, tag.antenna, tag.rssi or 0, 8 * len(tag.epc)) for tag in TAGS}


def answers(session: Session, *requests: Frame) -> list[str]:
    """Why each was refused, "" where it was not."""
    said = (session.hear(encode(request), 0.0) for request in requests)
    return [refusal(frame.body) for octets in said for frame in frames(octets)]


ADD = Frame(Kind.ADD_ROSPEC, 1, standing_order([1, 2], None))
ENABLE, START, STOP, DELETE = (
    Frame(kind, 2, rospec_number(OURS))
    for kind in (Kind.ENABLE_ROSPEC, Kind.START_ROSPEC, Kind.STOP_ROSPEC, Kind.DELETE_ROSPEC)
)


def test_a_client_of_another_make_is_answered_as_it_was() -> None:
    session, now = Session(Place()), 0.0
    requests, answered = frames(spoken("sllurp", ">")), list[Kind]()
    for request in requests:
        answered += [frame.kind for frame in frames(session.hear(encode(request), now))]
        if request.kind == Kind.ENABLE_ROSPEC:  # its orders start as soon as they are enabled
            (report,) = frames(session.tell(now))
            assert sightings(report.body) == TAGS
    unasked = (Kind.RO_ACCESS_REPORT, Kind.KEEPALIVE, Kind.READER_EVENT_NOTIFICATION)
    assert answered == [frame.kind for frame in frames(spoken("sllurp", "<")) if frame.kind not in unasked]


def test_an_order_is_added_enabled_and_started_in_turn() -> None:
    session = Session(Place())
    assert answers(session, START) == ["there is no ROSpec 1 (status 300)"]
    assert answers(session, ADD, ADD) == ["", "an ROSpec 1 cannot be added (status 300)"]
    assert answers(session, START) == ["ROSpec 1 is disabled (status 300)"]
    assert (answers(session, ENABLE), session.tell(0.0)) == ([""], b"")
    assert answers(session, START) == [""]
    assert [sightings(frame.body) for frame in frames(session.tell(0.0))] == [[tag] for tag in TAGS]


def test_an_order_that_is_stopped_or_deleted_reports_nothing() -> None:
    session = Session(Place())
    answers(session, ADD, ENABLE, START, STOP)
    assert session.tell(1.0) == b""
    answers(session, START, DELETE)
    assert (session.tell(2.0), session.orders.known) == (b"", {})


def test_what_it_does_not_know_it_says() -> None:
    assert answers(Session(Place()), Frame(Kind.GET_ROSPECS, 5)) == ["GET_ROSPECS is not supported (status 109)"]


def test_a_client_that_does_not_answer_signs_of_life_is_let_go() -> None:
    session = Session(Place())
    answers(session, Frame(Kind.SET_READER_CONFIG, 1, configuration(1.0)))
    for second in range(1, UNHEARD + 1):
        assert [frame.kind for frame in frames(session.tell(float(second)))] == [Kind.KEEPALIVE]
        assert not session.is_over
    session.hear(encode(Frame(Kind.KEEPALIVE_ACK, 1)), 3.5)
    for second in range(UNHEARD + 1, 2 * UNHEARD + 2):
        assert not session.is_over
        session.tell(float(second))
    assert session.is_over


def test_an_order_without_what_it_needs_is_refused() -> None:
    lacking = Frame(Kind.ADD_ROSPEC, 1, tlv(177, bytes(6)))
    assert answers(Session(Place()), lacking) == ["a parameter 178 is missing (status 300)"]
