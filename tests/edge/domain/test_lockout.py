from edge.domain.lockout import FIRST, FREE, LONGEST, left, length


def test_a_few_wrong_tries_lock_nothing() -> None:
    assert [length(failures) for failures in range(FREE)] == [0] * FREE


def test_each_further_try_doubles_the_lock_up_to_the_longest() -> None:
    assert [length(FREE + more) for more in range(3)] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert length(10_000) == LONGEST


def test_a_clock_that_was_set_back_makes_no_lock_longer_than_it_was() -> None:
    assert left(FREE, until=10 * FIRST, now=0) == FIRST


def test_a_lock_ends() -> None:
    assert left(FREE, until=FIRST, now=FIRST) == 0
    assert left(FREE, until=FIRST, now=FIRST - 1) == 1
