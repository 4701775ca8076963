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


def unpacked(package: Path, folder: Path) -> Path:
    """The files of `package`, of which others are made."""
    subprocess.run(["dpkg-deb", "-R", package, folder], check=True)
    return folder


def another(files: Path, version: str, folder: Path, *, well: bool) -> Path:
    """A package like the unpacked one; one that is not `well` records as ever, changes the schema, and says that it is
    stuck."""
    tree = folder / version
    subprocess.run(["cp", "-al", files, tree], check=True)
    control = (files / "DEBIAN/control").read_text().splitlines()
    _replace(
        tree / "DEBIAN/control",
        "".join(f"Version: {version}\n" if line.startswith("Version:") else f"{line}\n" for line in control),
    )
    _replace(tree / "usr/lib/tote/package/RELEASE", f"{version}-test\n")
    if not well:
        _change(tree / SITE / "edge/store/schema.py", "", LATER)
        _change(tree / SITE / "kiosk/views/health.py", f"503 if stuck else {WELL}", SICK)
    made = folder / f"tote_{version}.deb"
    with_options = ("dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "-b")
    subprocess.run([*with_options, tree, made], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return made


def _replace(path: Path, text: str) -> None:
    """The file is one with those of other trees: this name gets a file of its own."""
    mode = path.stat().st_mode
    path.unlink()
    path.write_text(text)
    path.chmod(mode)


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, path
    _replace(path, text.replace(old, new) if old else text + new)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()
