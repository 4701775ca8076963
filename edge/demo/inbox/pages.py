"""The inbox's pages: the list, one mail with its HTML, text, headers and source, and `/messages.json`."""

import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from flask import Flask, Response, abort, jsonify, render_template, request

from edge.demo.inbox.mails import Mail, Mailbox
from edge.demo.web import dress

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; base-uri 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For the mail's own HTML: pictures as in a mail reader, no scripts; links open beside the inbox."""


def create_app(mailbox: Mailbox) -> Flask:
    app = Flask(__name__)
    dress(app)
    app.add_template_filter(clock)

    def mail(number: int) -> Mail:
        return mailbox.get(number) or abort(404)

    @app.get("/")
    def mails() -> str:
        return render_template("mails.html", mails=list(mailbox)[::-1], shown=None)

    @app.get("/mails/<int:number>")
    def one(number: int) -> str:
        return render_template("mails.html", mails=list(mailbox)[::-1], shown=mail(number))

    @app.get("/mails/<int:number>/html")
    def html(number: int) -> Response:
        text = re.sub(r"(?<=[\"'(])cid:", f"/mails/{number}/parts/", mail(number).body("html"))
        page = '<base target="_blank">' + text
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})

    @app.get("/mails/<int:number>/parts/<content_id>")
    def part(number: int, content_id: str) -> Response:
        found = mail(number).picture(content_id) or abort(404)
        return Response(found.get_payload(decode=True), mimetype=found.get_content_type())

    @app.get("/mails/<int:number>/raw")
    def raw(number: int) -> Response:
        return Response(mail(number).raw, mimetype="text/plain")

    @app.post("/texts")
    def text() -> tuple[Response, int]:
        """The demo's gateway for text messages (docs/operate.md): each lies among the mails, and goes no further."""
        body = request.get_json()
        mailbox.add(str(body["from"]), [str(body["to"])], time.time_ns() // 1_000_000, as_mail(body))
        return jsonify(taken=body["id"]), 202

    @app.get("/messages.json")
    def messages() -> Response:
        return jsonify([mail.told() for mail in mailbox])

    return app


def as_mail(text: dict[str, str]) -> bytes:
    """A text message in the form in which the inbox keeps what it has."""
    mail = EmailMessage()
    mail["Subject"], mail["X-Text-Message"] = "Text message", text["id"]
    mail["From"], mail["To"] = text["from"], text["to"]
    mail.set_content(text["text"])
    return mail.as_bytes(policy=SMTP)


def clock(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%H:%M:%S")
