"""Somebody on the store's network: told on stdin which attack to run, `{"attack": NAME, "target": {…}, "size": {…}}`;
says the answers, and how long it took."""

import json
import sys
import time

from tests.attack.attacks import ATTACKS, Size
from tests.attack.saying import say
from tests.attack.target import Target


def main() -> None:
    named = {attack.name: attack for attack in ATTACKS}
    say({"ready": True})
    for line in sys.stdin:
        told = json.loads(line)
        began = time.monotonic()
        answers = named[told["attack"]].run(Target(**told["target"]), Size(**told["size"]))
        say({"answers": answers, "seconds": time.monotonic() - began})


if __name__ == "__main__":
    main()
