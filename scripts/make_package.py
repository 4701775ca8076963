"""Makes the Debian package. `scripts/package` calls it; what it does for which machine is the same everywhere.

A release is a folder with an interpreter of its own (a virtual environment by hand: pyvenv.cfg and a link to Debian's
Python), compiled, and with no path in it that says where it was made.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from hashlib import file_digest, sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "systemd" / "package"
LOCK = PACKAGE / "requirements.lock"
BUILD = ROOT / "build" / "package"
PYTHON = "3.11"
"""Debian 12's."""
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
GLIBC = (36, 35, 34, 31, 28, 27, 24, 17, 12, 5)
"""Of glibc 2: what Debian 12 has, and what older wheels ask for."""
FROM_DEBIAN = {"arm64": {"evdev": "python3-evdev"}}
"""What nobody compiled for that machine, and Debian has."""
AT = "/usr/lib/tote/package"
SMALL = "#!/bin/sh\n# Of the release that this file lies in, whatever link led here.\n"
START = """here=$(dirname "$(readlink -f "$0")")
exec "$here/python3" -sP -c 'import sys; from {module} import main; sys.exit(main())' "$@"
"""
IN_SCREENS = (
    "@fontsource-variable/familjen-grotesk",
    "@fontsource-variable/schibsted-grotesk",
    "@lobehub/fluent-emoji-modern",
    "htmx-ext-sse",
    "htmx.org",
    "simple-keyboard",
    "zxing-wasm",
)
"""Of package.json; the others are tools that build."""
BY_ITS_FILE = {
    "resvg_py": "MIT",
    "opencv-python-headless": "Apache-2.0; FFmpeg in it: LGPL-2.1-or-later",
    "htmx-ext-sse": "0BSD",
}
"""Licences that a part's metadata doesn't say, or not wholly: from the files beside it, or its repository."""
TOOLS = ("uv==0.13.9", "cyclonedx-bom==7.5.0")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=MACHINES, default=run("dpkg", "--print-architecture").strip())
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", help="instead of the one in pyproject.toml")
    parser.add_argument("--lock", action="store_true", help="make the list of hashes and the licences anew")
    args = parser.parse_args()
    if args.lock:
        lock()
    version = args.version or tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    tree = BUILD / args.arch / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    release = tree / AT.lstrip("/")
    site = release / "lib" / f"python{PYTHON}" / "site-packages"
    install(args.arch, site)
    furnish(args.arch, release, site)
    name = f"{version}-{digest(release)[:8]}"
    (release / "RELEASE").write_text(f"{name}\n")
    compiled(site)
    subprocess.run([ROOT / "systemd/install"], env={"DESTDIR": str(tree), "PATH": os.environ["PATH"]}, check=True)
    (tree / "usr/bin").mkdir()
    for program in ("tote", "tote-hq"):
        (tree / "usr/bin" / program).symlink_to(f"/usr/lib/tote/current/bin/{program}")
    doc = tree / "usr/share/doc/tote"
    doc.mkdir(parents=True)
    shutil.copy(ROOT / "docs/licences.md", doc)
    sbom(site, doc / "sbom.cdx.json")
    sys.stdout.write(f"{packed(tree, args.arch, version, args.out)} {name}\n")
    if args.lock:
        (ROOT / "docs/licences.md").write_text(licences(site), encoding="utf-8")
    return 0


def run(*command: str | Path, cwd: Path | None = None) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=cwd).stdout


def pip(*words: str | Path) -> None:
    run(sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *words)


def tools() -> Path:
    """The folder of programs of an environment that only this script uses."""
    place = BUILD / "tools"
    if not (place / "bin" / "cyclonedx-py").exists():
        run(sys.executable, "-m", "venv", place)
        run(place / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check", "install", *TOOLS)
    return place / "bin"


def lock() -> None:
    """Every part that a release needs on either machine, with the hashes of its files."""
    options = ("--universal", "--python-version", PYTHON, "--generate-hashes", "--no-annotate", "--no-header", "-q")
    run(tools() / "uv", "pip", "compile", *options, "pyproject.toml", "-o", LOCK, cwd=ROOT)


def install(arch: str, site: Path) -> None:
    """Tote and what it needs, for the machine `arch`, whatever machine this is."""
    wheels, own = BUILD / arch / "wheels", BUILD / "own"
    shutil.rmtree(own, ignore_errors=True)
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", own, cwd=ROOT)
    machine = MACHINES[arch]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    platforms += [f"manylinux2014_{machine}", f"linux_{machine}"]
    target = [word for name in platforms for word in ("--platform", name)]
    target += ["--python-version", PYTHON, "--implementation", "cp", "--abi", f"cp{PYTHON.replace('.', '')}"]
    target += ["--abi", "abi3", "--abi", "none", "--only-binary=:all:", "--no-deps"]
    known = requirements(arch)
    sources = BUILD / arch / "sources.txt"
    sources.write_text("".join(text for name, text in known.items() if name in SOURCES))
    listed = BUILD / arch / "wheels.txt"
    listed.write_text("".join(text for name, text in known.items() if name not in SOURCES))
    pip("wheel", "--no-deps", "--require-hashes", "-r", sources, "-w", wheels)
    pip("download", *target, "--require-hashes", "-r", listed, "-d", wheels)
    pip("install", *target, "--no-index", "--no-compile", "--target", site, *wheels.glob("*.whl"), *own.glob("*.whl"))
    shutil.rmtree(site / "bin")


SOURCES = frozenset({"pydes"})
"""Plain Python, published as a source alone: a wheel is made of it here."""


def requirements(arch: str) -> dict[str, str]:
    """The lines of the list by name, of those that this machine takes."""
    blocks: dict[str, str] = {}
    for line in LOCK.read_text().splitlines(keepends=True):
        if line[:1].isalnum():
            name = line.split("==")[0]
            if f"platform_machine {'!=' if arch == 'amd64' else '=='} 'x86_64'" in line or "win32" in line:
                name = ""
        if name and name not in FROM_DEBIAN.get(arch, ()):
            blocks[name] = blocks.get(name, "") + line
    return blocks


def furnish(arch: str, release: Path, site: Path) -> None:
    """What makes the folder an environment that runs from wherever it lies."""
    (release / "bin").mkdir()
    (release / "bin/python3").symlink_to(f"/usr/bin/python{PYTHON}")
    (release / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    for program, module in (("tote", "edge.cli"), ("tote-hq", "hq.cli")):
        path = release / "bin" / program
        path.write_text(SMALL + START.format(module=module))
        path.chmod(0o755)
    if FROM_DEBIAN.get(arch):
        (site / "zz-debian.pth").write_text("/usr/lib/python3/dist-packages\n")
    for path in site.glob("*.dist-info/direct_url.json"):  # where it was made
        path.unlink()


def digest(folder: Path) -> str:
    """Of all files and their names: two releases of one content have one name."""
    total = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in each.parts):
        with path.open("rb") as file:
            total.update(f"{path.relative_to(folder)}\0{file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def compiled(site: Path) -> None:
    """By content, not by time: a file that was unpacked on another day is the same. Some libraries ship what no Python
    compiles; that stays as it is."""
    options = (
        "-q",
        "-q",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(site),
        "-p",
        "/usr/lib/tote/site-packages",
    )
    command = [f"/usr/bin/python{PYTHON}", "-I", "-m", "compileall", *options, str(site)]
    subprocess.run(command, check=False, env={"PATH": os.environ["PATH"]})


def parts(site: Path) -> list[Distribution]:
    return sorted(distributions(path=[str(site)]), key=lambda part: part.metadata["Name"].lower())


def npm_parts() -> list[tuple[str, str, str]]:
    """Name, version and licence of what lies in the screens, in their scripts and styles."""
    known = [json.loads((ROOT / "node_modules" / name / "package.json").read_text()) for name in IN_SCREENS]
    return [(each["name"], each["version"], each.get("license") or BY_ITS_FILE[each["name"]]) for each in known]


def sbom(site: Path, to: Path) -> None:
    """CycloneDX: the Python parts as they are installed, and what the screens' scripts are built of."""
    python = site.parents[2] / "bin/python3"
    text = run(tools() / "cyclonedx-py", "environment", "--output-format", "JSON", "--output-reproducible", python)
    told = json.loads(text)
    told["components"] += [
        {"type": "library", "name": name, "version": version, "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}"}
        | {"licenses": [{"license": {"name": licence}}]}
        for name, version, licence in npm_parts()
    ]
    to.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")


def packed(tree: Path, arch: str, version: str, out: Path) -> Path:
    more = "".join(f", {package}" for package in FROM_DEBIAN.get(arch, {}).values())
    control = (PACKAGE / "control.in").read_text()
    for name, value in (("VERSION", version), ("ARCH", arch), ("MORE", more)):
        control = control.replace(f"@{name}@", value)
    debian = tree / "DEBIAN"
    debian.mkdir()
    (debian / "control").write_text(control)
    for script in ("postinst", "prerm", "postrm"):
        shutil.copy(PACKAGE / script, debian / script)
        (debian / script).chmod(0o755)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"tote_{version}_{arch}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z6", "--build", tree, path)
    return path


TITLE = """# Licences

Tote is under the MIT licence. What a release contains besides, made by `scripts/package --lock` from what the parts say
of themselves; the package has it as a list of parts in CycloneDX, too (`/usr/share/doc/tote/sbom.cdx.json`).

All of them may be used, changed and passed on together with Tote. Those under the LGPL, the MPL or the EUPL ask that
their own source stays open and that they can be replaced: they lie in the package as files of their own, unchanged, as
the public index has them. None is under the GPL or AGPL.

| part | version | licence |
|---|---|---|
"""


def licences(site: Path) -> str:
    rows = [(part.metadata["Name"], part.version, licence_of(part)) for part in parts(site)]
    rows = [row for row in rows if row[0] != "tote"]
    npm = "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in npm_parts())
    mine = "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in rows)
    return f"{TITLE}{mine}\n## In the screens\n\n| part | version | licence |\n|---|---|---|\n{npm}"


def licence_of(part: Distribution) -> str:
    """As an SPDX expression where the part has one, else as its classifiers or first line say."""
    told = BY_ITS_FILE.get(part.metadata["Name"]) or part.metadata.get("License-Expression")
    classes = [
        text.split(" :: ")[-1] for text in part.metadata.get_all("Classifier", []) if text.startswith("License ::")
    ]
    plain = (part.metadata.get("License") or "").strip().splitlines()
    return told or ", ".join(each for each in classes if each != "OSI Approved") or (plain[0] if plain else "?")


if __name__ == "__main__":
    sys.exit(main())
