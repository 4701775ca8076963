"""The import contracts know every module: a new one has a place before it is used."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FOR_HQ = {"edge.domain", "edge.codes", "edge.catalogue"} | {
    "edge.httpd",
    "edge.figures_access",
    "edge.logs",
    "edge.openapi",
    "edge.sqlite",
    "edge.systemd",
}
"""What it sells, and how a service serves."""


def modules(package: str) -> set[str]:
    """The modules and packages directly inside `package`."""
    inside = (path for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return {f"{package}.{path.stem}" for path in inside if not path.stem.startswith("_")}


def contract(start: str) -> dict[str, list[str]]:
    (found,) = [contract for contract in CONTRACTS if contract["name"].startswith(start)]
    return dict(found)


def test_every_module_of_the_box_has_a_layer() -> None:
    layered = {name for layer in contract("The box: imports")["layers"] for name in layer.split(" | ")}
    assert modules("edge") - layered == set()


def test_every_module_of_the_box_is_open_or_closed_to_hq() -> None:
    closed = set(contract("HQ uses")["forbidden_modules"])
    assert modules("edge") - closed == FOR_HQ
