"""HQ tells the key of a backup to the box of the store it is of, and seals it for that question."""

from sync.codec import new_seal_pair, seal_backup_key, unseal
from tests.hq.answers.conftest import Desk
from tests.hq.boxes import STORE

KEY = bytes(range(32))


def test_a_box_is_told_the_key_of_its_own_backup(desk: Desk) -> None:
    private, public = new_seal_pair()
    sealed = seal_backup_key(desk.hq.keys.seal_public, store=STORE, key=KEY)
    told = desk.ask("backup", {"key": sealed, "to": public.hex()})
    assert told and unseal(private, bytes.fromhex(told.body["key"])) == KEY
    assert KEY.hex().encode() not in desk.wire, "the broker reads nothing"


def test_another_stores_backup_stays_closed(desk: Desk) -> None:
    _, public = new_seal_pair()
    sealed = seal_backup_key(desk.hq.keys.seal_public, store="elsewhere", key=KEY)
    told = desk.ask("backup", {"key": sealed, "to": public.hex()})
    assert told and not told.body and "another store" in told.error
    assert desk.refused and desk.refused[0][0] == STORE


def test_what_was_sealed_to_another_hq_or_is_nothing_stays_closed(desk: Desk) -> None:
    _, public = new_seal_pair()
    for sealed in (seal_backup_key(public, store=STORE, key=KEY), "00" * 80):
        told = desk.ask("backup", {"key": sealed, "to": public.hex()})
        assert told and told.error and not told.body
