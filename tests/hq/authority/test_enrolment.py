"""A code gives one box its certificate; whoever else uses, guesses or finds it is refused, logged and counted."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography import x509

from hq import stores
from hq.authority import codes, enrolment, for_hq, records, revocation
from hq.authority.enrolment import RefusedError
from hq.config import Broker, Config
from hq.errors import KeysError
from hq.service import Hq
from sync import enrolling
from sync.certificates import new_key
from tests.hq.authority.asking import answered, asked_with, code_for
from tests.hq.conftest import Clock

A = "aurora-tallinn"


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    return open_it(Config(broker=Broker(address="127.0.0.1:8883", public="line.shop.example:8883")))


def refusals(hq: Hq) -> dict[str, tuple[int, str]]:
    with hq.reading() as connection:
        return {s.store: (s.refused, s.refused_reason) for s in stores.overview(connection) if s.refused}


def refused(hq: Hq, request: bytes) -> str:
    with pytest.raises(RefusedError) as error:
        enrolment.answer(hq, request)
    return str(error.value)


def test_a_box_gets_its_certificate_and_all_it_has_to_know(hq: Hq) -> None:
    key = new_key()
    answer = answered(hq, code_for(hq, A), key)
    made = x509.load_pem_x509_certificate(answer.certificate.encode())
    made.verify_directly_issued_by(for_hq(hq).certificate)
    assert made.subject.rfc4514_string() == f"CN={A}"
    assert made.public_key() == key.public_key()
    assert (answer.store, answer.broker, answer.at) == (A, "line.shop.example:8883", hq.clock())
    assert (answer.seal_key, answer.verify_key) == (hq.keys.seal_public.hex(), hq.keys.verify.hex())


def test_neither_the_code_nor_the_key_of_a_box_crosses_the_line(hq: Hq) -> None:
    signs = code_for(hq, A)
    request = asked_with(signs)
    reply = enrolment.answer(hq, request)
    assert signs[4:].encode() not in request + reply and b"PRIVATE" not in request + reply


def test_hq_keeps_no_code_that_could_be_read_out_of_its_database(hq: Hq) -> None:
    signs = code_for(hq, A)
    with hq.reading() as connection:
        kept = codes.find(connection, signs[:4])
    assert kept is not None and signs[4:] not in repr(kept)


def test_a_used_code_is_refused_logged_and_counted(hq: Hq, caplog: pytest.LogCaptureFixture) -> None:
    signs = code_for(hq, A)
    answered(hq, signs, new_key())
    with caplog.at_level(logging.WARNING):
        told = refused(hq, asked_with(signs))
    assert "was used" in told and "used before" in caplog.text
    assert refusals(hq)[A][0] == 1 and "revoke this store" in refusals(hq)[A][1]


def test_the_same_request_once_more_gets_the_same_answer(hq: Hq) -> None:
    """The answer was lost on its way."""
    request = asked_with(code_for(hq, A))
    assert enrolment.answer(hq, request) == enrolment.answer(hq, request)
    assert refusals(hq) == {}


def test_an_expired_code_is_refused_and_counted(hq: Hq, clock: Clock) -> None:
    signs = code_for(hq, A)
    clock.now += codes.LASTS - 1
    answered(hq, signs, new_key())
    signs = code_for(hq, A)
    clock.now += codes.LASTS
    refused(hq, asked_with(signs))
    assert "expired" in refusals(hq)[A][1]


def test_five_wrong_guesses_end_a_code(hq: Hq) -> None:
    signs = code_for(hq, A)
    for guess in range(codes.TRIES):
        refused(hq, asked_with(signs[:4] + f"{guess:0>16}"))
    refused(hq, asked_with(signs))
    assert refusals(hq)[A] == (codes.TRIES + 1, "enrolment: the code was tried too often")


def test_four_wrong_guesses_do_not(hq: Hq) -> None:
    signs = code_for(hq, A)
    for guess in range(codes.TRIES - 1):
        refused(hq, asked_with(signs[:4] + f"{guess:0>16}"))
    assert answered(hq, signs, new_key()).store == A


def test_a_code_that_never_was_is_refused_and_counted(hq: Hq) -> None:
    refused(hq, asked_with("0" * 20))
    assert refusals(hq)[enrolment.NOBODY][0] == 1


@pytest.mark.parametrize("junk", [b"", b"\xff", b"[]", b'{"v":2}', b'{"v":1,"code":"7","store":"","csr":"","mac":""}'])
def test_what_is_no_request_is_refused(hq: Hq, junk: bytes) -> None:
    refused(hq, junk)


def test_a_request_that_was_changed_on_its_way_is_refused(hq: Hq) -> None:
    """Somebody puts in a signing request of their own, to speak for the store themselves."""
    signs = code_for(hq, A)
    honest = msgspec.json.decode(asked_with(signs))
    mine = msgspec.json.decode(asked_with("0" * 20))
    refused(hq, msgspec.json.encode(honest | {"csr": mine["csr"]}))


def test_an_answer_that_was_changed_on_its_way_is_no_answer(hq: Hq) -> None:
    signs = code_for(hq, A)
    request = asked_with(signs)
    reply = enrolment.answer(hq, request).replace(b"line.shop.example", b"line.evil.example")
    with pytest.raises(ValueError, match="not HQ's"):
        enrolling.opened(signs, request, reply)


def test_a_newer_code_ends_an_older_one(hq: Hq) -> None:
    older = code_for(hq, A)
    code_for(hq, A)
    refused(hq, asked_with(older))


def test_a_box_of_another_store_is_told_so_and_may_use_the_code_where_it_belongs(hq: Hq) -> None:
    signs = code_for(hq, A)
    told = refused(hq, asked_with(signs, store="boreal-riga"))
    assert A in told and "boreal-riga" in told
    assert answered(hq, signs, new_key()).store == A


def test_no_certificate_is_signed_for_what_is_no_key(hq: Hq) -> None:
    signs = code_for(hq, A)
    junk = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"
    assert "no request" in refused(hq, enrolling.request_of(signs, junk))


def certificates(hq: Hq) -> list[records.Certificate]:
    with hq.reading() as connection:
        return records.of_store(connection, A)


def test_of_many_boxes_with_one_code_one_is_enrolled_and_one_certificate_is_on_record(hq: Hq) -> None:
    signs, won, lost = code_for(hq, A), [], []

    def ask() -> None:
        try:
            won.append(enrolment.answer(hq, asked_with(signs)))
        except RefusedError as error:
            lost.append(error)

    boxes = [threading.Thread(target=ask) for _ in range(6)]
    for box in boxes:
        box.start()
    for box in boxes:
        box.join(timeout=30)
    assert (len(won), len(lost), len(certificates(hq))) == (1, 5, 1)


def test_a_revocation_ends_a_code_that_nobody_used_yet_whatever_certificates_hold(hq: Hq) -> None:
    answered(hq, code_for(hq, A), new_key())
    assert revocation.revoke(hq, A) == 1
    signs = code_for(hq, A)
    assert revocation.revoke(hq, A) == 0
    assert "too old" in refused(hq, asked_with(signs))


def test_a_revocation_of_the_same_moment_lets_no_box_through(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(hq, code_for(hq, A), new_key())
    signs, check = code_for(hq, A), enrolment._check

    def checked_and_then_revoked(*asked: object) -> None:
        check(*asked)  # type: ignore[arg-type]
        revocation.revoke(hq, A)

    monkeypatch.setattr(enrolment, "_check", checked_and_then_revoked)
    assert "too old" in refused(hq, asked_with(signs))
    assert [bool(each.revoked) for each in certificates(hq)] == [True]


def test_a_flood_of_refusals_is_counted_and_logged_once_a_second(
    hq: Hq, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            refused(hq, b"{}")
        assert (refusals(hq)[enrolment.NOBODY][0], len(caplog.records)) == (1, 1)
        clock.now += enrolment.LULL
        refused(hq, b"{}")
    assert (refusals(hq)[enrolment.NOBODY][0], len(caplog.records)) == (2, 2)


def test_a_refused_request_writes_no_line_of_its_own_into_the_log(hq: Hq, caplog: pytest.LogCaptureFixture) -> None:
    refused(hq, msgspec.json.encode({"\x1b[2J\nERROR store aurora-tallinn is lost": 1}))
    told = refusals(hq)[enrolment.NOBODY][1]
    assert told.isprintable() and all(each.getMessage().isprintable() for each in caplog.records)


@pytest.mark.parametrize("typed", ["7KQ2-M9DX-0R4T-WBNC-HV3P", " 7kq2 m9dx oR4t wbnc hv3p\n", "7kq2m9dxOr4twbnchv3p"])
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert enrolling.plain(typed) == "7KQ2M9DX0R4TWBNCHV3P"


def test_a_code_of_the_wrong_length_is_named() -> None:
    with pytest.raises(ValueError, match="five groups"):
        enrolling.plain("7KQ2")


def test_the_keys_of_the_authority_are_their_owners_alone_and_made_once(hq: Hq) -> None:
    first = for_hq(hq)
    again = for_hq(hq)
    assert first.certificate == again.certificate and first.own == again.own
    private = list((hq.dir / "keys").glob("*.key"))
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_a_certificate_without_its_key_is_no_authority(hq: Hq) -> None:
    for_hq(hq)
    Path(hq.dir / "keys" / "ca.key").unlink()
    with pytest.raises(KeysError, match="backup of the keys"):
        for_hq(hq)
