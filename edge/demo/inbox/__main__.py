"""`python -m edge.demo.inbox --smtp PORT --port PORT --dir D`: the mail sink and its page."""

import argparse
from pathlib import Path

from edge.demo.inbox.mails import Mailbox
from edge.demo.inbox.pages import create_app
from edge.demo.inbox.sink import sink
from edge.demo.web import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m edge.demo.inbox", description=__doc__)
    parser.add_argument("--smtp", type=int, required=True, help="port that takes mails")
    parser.add_argument("--port", type=int, required=True, help="port of the page")
    parser.add_argument("--dir", type=Path, required=True, help="folder for the mails, one file each")
    args = parser.parse_args()
    mailbox = Mailbox(args.dir)
    server = sink(mailbox, args.smtp)
    server.start()
    try:
        serve(create_app(mailbox), args.port)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
