"""Fills the table of results in docs/reliability.md. What has no results here, since it was run elsewhere, stays."""

from tests.torture import registry
from tests.torture.results import ROOT, Results, highest, sums

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- results: python -m tests.torture --write-docs -->", "<!-- end of results -->"


def write(results: Results) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    now, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(results, now)}\n{END}{after}", encoding="utf-8")


def table(results: Results, now: str = "") -> str:
    """`now` is the table as it stands."""
    head = ["| scenario | rounds | failed | found | negative control |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(name, results, now) for name in registry.names())])


def _row(name: str, results: Results, now: str) -> str:
    scenario, done = registry.load(name), results.of(name)
    if not done:
        unknown = f"| `{name}` | 0 of {scenario.long:,} | | not run yet | |"
        return next((row for row in now.splitlines() if row.startswith(f"| `{name}` |")), unknown)
    passed, failed = sum(result.passed for result in done), sum(bool(result.failure) for result in done)
    figures = {**sums(done), **highest(done)}
    found = ", ".join(f"{figure:,} {what.replace('_', ' ')}" for what, figure in figures.items())
    controls = {name: found for result in done for name, found in result.controls.items()}
    told = "; ".join(f"{what}: {text}" for what, text in controls.items())
    return f"| `{name}` | {passed:,} of {scenario.long:,} | {failed} | {found} | {told} |"
