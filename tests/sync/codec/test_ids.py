from sync.codec import new_id


def test_later_ids_sort_behind_earlier_ones() -> None:
    made = [new_id(at) for at in range(1_790_000_000_000, 1_790_000_000_100)]
    assert made == sorted(made)


def test_ids_of_one_moment_differ() -> None:
    assert len({new_id(1_790_000_000_000) for _ in range(10_000)}) == 10_000


def test_any_clock_gives_32_hex_digits() -> None:
    for at in (-5, 0, 2**48, 2**63):
        made = new_id(at)
        assert len(made) == 32 and int(made, 16) >= 0
