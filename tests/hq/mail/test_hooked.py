"""Mails that came back, as mail services tell of them by webhook: what counts, who is believed, what becomes of it."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from flask.testing import FlaskClient

from hq import people
from hq.config import Config, MailHook
from hq.config_file import parse
from hq.errors import ConfigError
from hq.mail import sns, web
from hq.mail.contents import message
from hq.mail.hooked import METADATA, returned_by
from hq.mail.web import PROOFS, SIGNATURE
from hq.service import Hq
from hq.web import create_app
from hq.web.app import theme_of
from tests.hq import showroom as shop

SECRET = "postie:a secret of the service"
ID = f"basket.{shop.EVENT}@aurora.example"
MESSAGE_ID = f"<{ID}>"


def mailgun(event: dict[str, Any], secret: str = SECRET) -> dict[str, Any]:
    stamp = {"timestamp": "1770920772", "token": "e0b5477167110d68991efc6b9f89f0a1"}
    right = hmac.digest(secret.encode(), "".join(stamp.values()).encode(), "sha256").hex()
    about = {"message": {"headers": {"message-id": ID}}, "recipient": shop.MAIL}
    return {"signature": {**stamp, "signature": right}, "event-data": about | event}


def postmark(type_: str = "HardBounce", record: str = "Bounce") -> dict[str, Any]:
    told = {
        "RecordType": record,
        "Type": type_,
        "Email": shop.MAIL,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    }
    return told | {"Metadata": {METADATA: MESSAGE_ID}}


def ses(kind: str = "Bounce", **more: Any) -> dict[str, Any]:
    mail = {"messageId": "0000014a", "headers": [{"name": "Message-ID", "value": MESSAGE_ID}]}
    told = {"notificationType": kind, "mail": mail, **more}
    return {"Type": "Notification", "MessageId": "da41e39f", "Message": json.dumps(told)}


def bounce(status: str = "5.1.1", kind: str = "Permanent", sub: str = "General") -> dict[str, Any]:
    who = {"emailAddress": shop.MAIL, "status": status, "diagnosticCode": f"smtp; 550 {status} told so"}
    return {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": [who]}


PERMANENT = {"event": "failed", "severity": "permanent", "reason": "generic"}
BOUNCED: list[tuple[str, dict[str, Any]]] = [
    ("tote", {"meaning": "bounced", "message_id": MESSAGE_ID, "address": shop.MAIL}),
    ("tote", {"returned": [{"meaning": "bounced", "message_id": ID}]}),
    ("mailgun", mailgun(PERMANENT | {"delivery-status": {"code": 550, "message": "5.1.1 No such user"}})),
    ("mailgun", mailgun(PERMANENT | {"reason": "suppress-bounce", "delivery-status": {"code": 605}})),
    ("postmark", postmark()),
    ("postmark", postmark("BadEmailAddress")),
    ("ses", ses(bounce=bounce())),
    ("ses", ses(bounce=bounce("", sub="OnAccountSuppressionList"))),
]
COMPLAINED: list[tuple[str, dict[str, Any]]] = [
    ("tote", {"meaning": "complaint", "message_id": MESSAGE_ID}),
    ("mailgun", mailgun({"event": "complained"})),
    ("postmark", postmark("SpamComplaint", "SpamComplaint")),
    ("ses", ses("Complaint", complaint={"complaintFeedbackType": "abuse"})),
    ("ses", ses("Complaint", complaint={})),
]
PASSING: list[tuple[str, dict[str, Any]]] = [
    ("mailgun", mailgun({"event": "failed", "severity": "temporary", "delivery-status": {"code": 452}})),
    ("mailgun", mailgun(PERMANENT | {"delivery-status": {"code": 552, "message": "5.2.2 mailbox full"}})),
    ("mailgun", mailgun({"event": "delivered"})),
    ("postmark", postmark("SoftBounce")),
    ("postmark", postmark("", "Delivery")),
    ("postmark", postmark() | {"Metadata": {}}),
    ("ses", ses(bounce=bounce(kind="Transient"))),
    ("ses", ses(bounce=bounce("5.7.1") | {"bouncedRecipients": [{"emailAddress": shop.MAIL, "status": "5.7.1"}]})),
    ("ses", ses("Complaint", complaint={"complaintFeedbackType": "not-spam"})),
    ("ses", ses("Delivery")),
    ("ses", {"Type": "Notification", "Message": "Successfully validated SNS topic"}),
    (
        "ses",
        {
            "Type": "SubscriptionConfirmation",
            "SubscribeURL": "https://sns.example/c",
            "Message": "You chose",
            "Token": "t",
        },
    ),
]


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"


def certificate(days: int = 90) -> bytes:
    """Of KEY, good until so many days from the showroom's noon."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    noon = datetime.fromtimestamp(shop.NOON / 1000, UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key()).serial_number(1)
    made = made.not_valid_before(noon - timedelta(days=90)).not_valid_after(noon + timedelta(days=days))
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass
class Amazon:
    """What lies at the address of SNS's certificate."""

    pem: bytes = field(default_factory=certificate)
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pem


def signed(told: dict[str, Any], version: str = "2") -> dict[str, Any]:
    """As SNS signs it: the documented names in their order, each with its value, in lines."""
    told = {"Timestamp": "2026-11-02T12:00:00.000Z", "TopicArn": "arn:aws:sns:eu-west-1:1:bounces", **told}
    names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    how = {"1": hashes.SHA1(), "2": hashes.SHA256()}[version]
    signature = b64encode(KEY.sign(text.encode(), padding.PKCS1v15(), how)).decode()
    return told | {"SignatureVersion": version, "Signature": signature, "SigningCertURL": CERTIFICATE}


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    hooks = tuple(MailHook(name=shape, shape=shape, secret_file=str(secret)) for shape in PROOFS)
    hq = shop.showroom(tmp_path / "hq", config=Config(mailhook=hooks), clock=shop.SetClock())
    shop.send_basket(hq, consents=("marketing",))
    with hq.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE mail SET message_id = '{MESSAGE_ID}'")
    yield hq
    hq.close()


@pytest.fixture(autouse=True)
def amazon(monkeypatch: pytest.MonkeyPatch) -> Amazon:
    """SNS's certificates are at this one's."""
    amazon = Amazon()
    monkeypatch.setattr(web, "_certificates", sns.Certificates(amazon.fetch))
    return amazon


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


def tell(client: FlaskClient, shape: str, told: Any, secret: str = SECRET) -> tuple[int, Any]:
    body = json.dumps(signed(told) if shape == "ses" else told).encode()
    return post(client, shape, body, secret)


def post(client: FlaskClient, shape: str, body: bytes, secret: str = SECRET) -> tuple[int, Any]:
    headers = {
        SIGNATURE: b64encode(hmac.digest(secret.encode(), body, "sha256")).decode(),
        "Authorization": f"Basic {b64encode(secret.encode()).decode()}",
    }
    answer = client.post(f"/returns/{shape}", data=body, headers=headers)
    return answer.status_code, json.loads(answer.data)


def barred(hq: Hq) -> set[str]:
    with hq.reading() as reading:
        return people.suppressions(reading, shop.PROFILE)


@pytest.mark.parametrize(("shape", "told"), BOUNCED)
def test_who_has_no_such_mailbox_gets_no_more(hq: Hq, client: FlaskClient, shape: str, told: dict[str, Any]) -> None:
    for _ in range(2):
        assert tell(client, shape, told) == (200, {"taken": 1})
    assert barred(hq) == {"bounced"}
    assert [entry.kind for entry in hq.journal.entries()] == ["suppressed"]


@pytest.mark.parametrize(("shape", "told"), COMPLAINED)
def test_who_calls_it_spam_is_unsubscribed(hq: Hq, client: FlaskClient, shape: str, told: dict[str, Any]) -> None:
    assert tell(client, shape, told) == (200, {"taken": 1})
    assert barred(hq) == {"unsubscribed"}
    with hq.reading() as reading:
        assert not people.allowed(people.answers(reading, shop.PROFILE), "marketing")


@pytest.mark.parametrize(("shape", "told"), PASSING)
def test_what_passes_changes_nothing(hq: Hq, client: FlaskClient, shape: str, told: dict[str, Any]) -> None:
    assert tell(client, shape, told) == (200, {"taken": 0})
    assert barred(hq) == set()


@pytest.mark.parametrize("shape", PROOFS)
def test_nobody_else_is_believed(hq: Hq, client: FlaskClient, shape: str) -> None:
    good = next(told for one, told in BOUNCED if one == shape)
    forged = mailgun(good["event-data"], "another:one") if shape == "mailgun" else good
    assert tell(client, shape, forged, "another:one")[0] == 401
    assert client.post(f"/returns/{shape}", data=b"{}").status_code == 401
    assert barred(hq) == set()


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_of_the_signatures_of_sns_are_believed_and_its_certificate_is_fetched_once(
    hq: Hq, client: FlaskClient, amazon: Amazon, version: str
) -> None:
    for told in (ses(bounce=bounce()), ses("Delivery") | {"Subject": "Delivered"}):
        assert post(client, "ses", json.dumps(signed(told, version)).encode())[0] == 200
    assert barred(hq) == {"bounced"} and amazon.asked == [CERTIFICATE]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"Message": "{}"}, "not that of Amazon SNS"),
        ({"Signature": "AAAA"}, "not that of Amazon SNS"),
        ({"Signature": "no base 64"}, "not that of Amazon SNS"),
        ({"Signature": None}, "not that of Amazon SNS"),
        ({"SignatureVersion": "3"}, "neither 1 nor 2"),
        ({"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"}, "no address of Amazon"),
        ({"SigningCertURL": "https://evil@sns.eu-west-1.amazonaws.com/x.pem"}, "no address of Amazon"),
        ({"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"}, "no address of Amazon"),
        ({"SigningCertURL": CERTIFICATE.replace("eu-west-1", "s3-us-west-2")}, "no address of Amazon"),
        ({"SigningCertURL": CERTIFICATE + "?of=mine.pem"}, "no address of Amazon"),
        ({"SigningCertURL": "https://["}, "no address of Amazon"),
        ({"SigningCertURL": "https://bucket.s3.amazonaws.com/x.pem"}, "no address of Amazon"),
        ({"Type": ["Notification"]}, "raw message delivery"),
        ({"Type": "Notice"}, "raw message delivery"),
    ],
)
def test_who_only_says_to_be_sns_is_refused(
    hq: Hq, client: FlaskClient, amazon: Amazon, wrong: dict[str, Any], words: str
) -> None:
    status, told = post(client, "ses", json.dumps(signed(ses(bounce=bounce())) | wrong).encode())
    assert status == 401 and words in told["error"]
    assert barred(hq) == set() and set(amazon.asked) <= {CERTIFICATE}


def test_what_comes_raw_bears_no_signature_and_is_refused(hq: Hq, client: FlaskClient) -> None:
    assert post(client, "ses", ses(bounce=bounce())["Message"].encode())[0] == 401
    assert barred(hq) == set()


def test_a_certificate_that_is_over_or_out_of_reach_is_none(client: FlaskClient, amazon: Amazon, hq: Hq) -> None:
    body = json.dumps(signed(ses(bounce=bounce()))).encode()
    amazon.pem = b"no certificate"
    assert post(client, "ses", body)[0] == 503
    amazon.pem = certificate(days=-1)
    assert post(client, "ses", body)[0] == 401
    assert barred(hq) == set()


def test_a_mail_that_hq_never_sent_bars_nobody(hq: Hq, client: FlaskClient) -> None:
    told = {"meaning": "bounced", "message_id": "<other@aurora.example>", "address": shop.MAIL}
    assert tell(client, "tote", told) == (200, {"taken": 0})
    assert barred(hq) == set()


@pytest.mark.parametrize("body", [b"", b"[1]", b"[" * 3000, b'{"meaning": "odd"}', b'"\xed\xa0\x80"'])
def test_what_can_not_be_read_is_refused(client: FlaskClient, body: bytes) -> None:
    signature = b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    answer = client.post("/returns/tote", data=body, headers={SIGNATURE: signature})
    assert answer.status_code in (400, 422)


def test_an_unknown_name_leads_nowhere(client: FlaskClient) -> None:
    assert client.post("/returns/nobody", data=b"{}").status_code == 404


def test_broken_pieces_of_each_shape_mean_nothing(hq: Hq) -> None:
    for shape in ("mailgun", "postmark", "ses"):
        for odd in ({}, {"event-data": 7}, {"Message": 3}, {"mail": {"headers": [7]}, "notificationType": "Bounce"}):
            assert returned_by(shape, odd) == []


def test_postmark_is_told_the_message_id_and_others_are_not(hq: Hq, tmp_path: Path) -> None:
    with hq.reading() as reading:
        row = reading.exec_driver_sql("SELECT * FROM mail").one()
    assert message(hq, theme_of(hq), row)[f"X-PM-Metadata-{METADATA}"] == MESSAGE_ID
    other = Hq(**{**hq.__dict__, "config": Config()})
    assert message(other, theme_of(hq), row)[f"X-PM-Metadata-{METADATA}"] is None


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match="shape"):
        parse('[[mailhook]]\nname = "a"\nsecret_file = "x"\nshape = "pigeon"\n')
