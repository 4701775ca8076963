"""A box gets a certificate for its screens, over the line, under its own name alone."""

from cryptography import x509

from hq.authority import for_hq
from sync.certificates import hosts_of, new_key, request_of
from tests.hq.answers.conftest import Desk
from tests.hq.boxes import STORE

HOSTS = ["192.168.7.4", "localhost", "tote.local"]
REQUEST = request_of(new_key()).decode()


def test_a_box_gets_a_certificate_that_browsers_take_and_no_broker(desk: Desk) -> None:
    key = new_key()
    told = desk.ask("https", {"request": request_of(key).decode(), "hosts": HOSTS})
    assert told
    made = x509.load_pem_x509_certificate(told.body["certificate"].encode())
    root = x509.load_pem_x509_certificate(told.body["authority"].encode())
    made.verify_directly_issued_by(root)
    assert made.public_key() == key.public_key()
    assert hosts_of(made) == set(HOSTS)
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.ExtendedKeyUsageOID.SERVER_AUTH], "it opens no line"
    assert root != for_hq(desk.hq).certificate, "whom tablets trust is nobody to a box"
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days <= 398, "no browser takes more"


def test_the_authority_is_the_same_for_every_box_and_every_time(desk: Desk) -> None:
    first, second = (desk.ask("https", {"request": REQUEST, "hosts": HOSTS}) for _ in range(2))
    assert first and second and first.body["authority"] == second.body["authority"]
    assert first.body["certificate"] != second.body["certificate"]
    assert (desk.hq.dir / "keys" / "screens.key").stat().st_mode & 0o777 == 0o600


def test_names_that_somebody_owns_are_refused(desk: Desk) -> None:
    told = desk.ask("https", {"request": REQUEST, "hosts": [*HOSTS, "bank.example"]})
    assert told and not told.body and "bank.example" in told.error
    assert desk.refused and desk.refused[0][0] == STORE


def test_what_is_no_request_is_refused(desk: Desk) -> None:
    for body in ({"request": "nonsense", "hosts": HOSTS}, {"request": REQUEST, "hosts": []}, {"hosts": HOSTS}):
        told = desk.ask("https", body)
        assert told and told.error and not told.body


def test_one_box_gets_few(desk: Desk) -> None:
    told = [desk.ask("https", {"request": REQUEST, "hosts": HOSTS}) for _ in range(8)]
    assert [bool(one and one.body) for one in told] == [True] * 5 + [False] * 3
