"""Other releases, made of the package under test."""

import shutil
import subprocess
from pathlib import Path

SITE = Path("usr/lib/tote/package/lib/python3.11/site-packages")
LATER = """

@migrations(name="9999_later")
def later(db: Database) -> None:
    db.executescript("CREATE TABLE later (x TEXT); ALTER TABLE visit ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
"""
"""A change of schema that the release before refuses to open."""
WELL, SICK = "200", "503"


def another(package: Path, version: str, folder: Path, *, well: bool) -> Path:
    """Like `package`; one that is not `well` records as ever, changes the schema, and says that it is stuck."""
    tree = folder / version
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines()
    control.write_text(
        "\n".join(f"Version: {version}" if line.startswith("Version:") else line for line in lines) + "\n"
    )
    (tree / "usr/lib/tote/package/RELEASE").write_text(f"{version}-test\n")
    if not well:
        _change(tree / SITE / "edge/store/schema.py", "", LATER)
        _change(tree / SITE / "kiosk/views/health.py", f"503 if stuck else {WELL}", SICK)
    made = folder / f"tote_{version}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "-b", tree, made], check=True, stdout=subprocess.DEVNULL
    )
    shutil.rmtree(tree)
    return made


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new) if old else text + new)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()
