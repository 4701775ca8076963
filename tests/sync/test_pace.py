"""How much room a drain leaves."""

from sync.pace import BUSY, LONGEST, SMALL, Pace


def test_a_drain_bites_smaller_and_rests_longer_while_somebody_is_there() -> None:
    clock = [100.0]
    pace = Pace(lambda: clock[0])
    assert (pace.busy, pace.most) == (False, None)
    alone = pace.rest(0.001)
    pace.touched()
    assert (pace.busy, pace.most) == (True, SMALL)
    assert pace.rest(0.001) > 0.002 > alone
    clock[0] += BUSY
    assert not pace.busy


def test_no_rest_is_so_long_that_anybody_would_notice() -> None:
    pace = Pace(lambda: 0.0)
    pace.touched()
    assert pace.rest(10.0) == LONGEST
