"""`python -m edge.demo.shelf --dir D --port P --broker-port P --box URL`: the demo's shelf."""

import argparse
from pathlib import Path

from edge.demo.acts import Hands
from edge.demo.articles import load
from edge.demo.plan import SHOP, Plan
from edge.demo.shelf.line import Line
from edge.demo.shelf.pages import create_app
from edge.demo.web import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m edge.demo.shelf", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="the demo's folder")
    parser.add_argument("--port", type=int, required=True, help="port of the page")
    parser.add_argument("--broker-port", type=int, required=True, help="the broker's port, to see whether it is there")
    parser.add_argument("--box", required=True, help="address of the box, for links to its screens")
    args = parser.parse_args()
    plan = Plan(args.dir, {})
    hands, line = Hands(plan.readers, plan.camera), Line(plan.line, args.broker_port)
    serve(create_app(load(SHOP / "articles.csv"), hands, line, pictures=SHOP / "pictures", box=args.box), args.port)


if __name__ == "__main__":
    main()
