"""The inbox's pages: the list, one mail with its HTML, text, headers and source, and `/messages.json`."""

import re
from datetime import UTC, datetime

from flask import Flask, Response, abort, jsonify, render_template

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

    @app.get("/messages.json")
    def messages() -> Response:
        return jsonify([mail.told() for mail in mailbox])

    return app


def clock(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%H:%M:%S")
