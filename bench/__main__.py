"""`python -m bench NAME [--json]`: runs one figure and prints one object, or a readable line per key."""

import argparse
import json
import platform
import sys
from importlib import import_module
from os import cpu_count

NAMES = ("scan", "nfc", "camera", "sync", "fleet", "ask", "search", "catalogue", "screens", "start", "people", "hq")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    parser.add_argument("--short", action="store_true", help="small sizes, to see that it runs: no figures to quote")
    args = parser.parse_args()
    figures = import_module(f"bench.{args.name}").run(short=args.short)
    figures["machine"] = f"{cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    if args.json:
        print(json.dumps(figures))
    else:
        width = max(map(len, figures))
        print("\n".join(f"{key:<{width}}  {value}" for key, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
