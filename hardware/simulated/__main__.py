"""Simulated readers as a process of their own: `python -m hardware.simulated --dir DIR --scanner NAME --chip NAME`.

Says {"ready": true, "readers": {NAME: PATH}} on a line of stdout, then does what `hardware.simulated.control` asks
until it is told to stop, or who started it dies.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

from hardware.simulated.leash import end_with_parent
from hardware.simulated.server import Bench, ControlServer


def main() -> None:
    arguments = _arguments()
    folder = Path(arguments.dir)
    folder.mkdir(parents=True, exist_ok=True)
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before any thread starts, so that only sigwait takes them
    end_with_parent()
    with ControlServer(folder, Bench(folder, scanners=arguments.scanner, chips=arguments.chip)):
        readers = {name: str(folder / name) for name in (*arguments.scanner, *arguments.chip)}
        sys.stdout.write(json.dumps({"ready": True, "readers": readers}) + "\n")
        sys.stdout.flush()
        signal.sigwait(stop)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hardware.simulated", description="Simulated readers on ptys.")
    parser.add_argument("--dir", required=True, help="folder of the readers' paths and of the control socket")
    parser.add_argument("--scanner", action="append", default=[], metavar="NAME", help="a serial barcode scanner")
    parser.add_argument("--chip", action="append", default=[], metavar="NAME", help="a PN532 NFC reader")
    return parser.parse_args()


if __name__ == "__main__":
    main()
