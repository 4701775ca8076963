"""HQ's ingest alone, as a process to be killed: `open_hq` and `HqLine`, no web and no mail.

    python -m tests.torture.worker DIR HOST:PORT [DATABASE-URL]

It says {"ready": true} when its line is up, and ends with its stdin.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import IO

from hq.config import Config, Database
from hq.line import HqLine
from hq.service import open_hq


def serve(told: IO[str], say: IO[str], folder: Path, broker: str, url: str = "") -> None:
    host, _, port = broker.rpartition(":")
    hq = open_hq(folder, Config(database=Database(url=url)))
    line = HqLine(hq, [(host, int(port))])
    line.start()
    while not line.up:
        time.sleep(0.005)
    say.write(json.dumps({"ready": True}) + "\n")
    say.flush()
    told.read()
    line.stop()
    hq.close()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    serve(sys.stdin, sys.stdout, Path(sys.argv[1]), *sys.argv[2:])
