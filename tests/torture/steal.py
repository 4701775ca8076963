"""A thousand addresses are typed at a box, mistyped, refused, on a full disk, before a crash; then the box is stolen.

Every file it leaves (databases, WAL, logs with debugging on, temporary files, core dumps, free pages) is searched for
each address in every form, and `tote doctor --steal` must find nothing either. Two controls: a box that does not seal,
and one whose memory may be dumped.
"""

import itertools
import json
import mmap
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from edge.cli import main as tote
from sync.codec import new_seal_pair
from tests.torture.disks import FILLER, fill, small_disk
from tests.torture.house import STATIONS, TOTE, Program, box_config
from tests.torture.needles import Needles
from tests.torture.report import Report

NAME, SHORT, LONG = "steal", 1000, 10_000
"""People."""
CHUNK = 1000
FEW = 6
"""People of each control."""
KILOBYTES = 48 * 1024
CARELESS = (
    "import edge.shop.sending as sending, edge.cli.run as run; sending.seal = lambda key, plain: plain;"
    " run.forbid_core_dumps = lambda: None; from edge.cli import main"
)
WITH_CORES = ("sh", "-c", 'ulimit -c unlimited && exec "$@"', "sh")
DOMAINS = ("example.com", "kauplus.example.ee", "posti.example.fi", "laden.example.de")


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    people = list(itertools.islice(_people(random.Random(seed)), count))
    with small_disk(folder / "disk", KILOBYTES) as disk:
        files, octets, loot = _life(disk, people, seed)
        assert loot == {}, f"{len(loot)} of {count} people lie on the disk: {dict(itertools.islice(loot.items(), 5))}"
        assert _doctor(disk) == [], "`tote doctor --steal` finds somebody whom this search did not"
    report.add(people=count, found=0, files=files, octets=octets)
    _control(folder / "careless", report, seed)
    for _ in report.rounds(count, seed):
        """One story with all of them: what fails is repeated with the same seed and count."""


def _control(folder: Path, report: Report, seed: int) -> None:
    people = [f"{person}@{DOMAINS[0]}" for person in _numbers(random.Random(seed), 2 * FEW)]
    written, dumped = _careless(folder, people, seed)
    told = len(_doctor(folder))
    report.control("sealing off", len(written) == FEW <= told, f"all {FEW} sent lie there, and the doctor finds them")
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() == "core":  # else the kernel hands it to a program
        report.control("core dumps allowed", len(dumped) > 0, f"{len(dumped)} of {FEW} refused lie in the dump")


def _numbers(chance: random.Random, count: int) -> list[str]:
    return [f"somebody{chance.randrange(10**9, 10**10)}" for _ in range(count)]


def _life(disk: Path, people: list[str], seed: int) -> tuple[int, int, dict[str, str]]:
    """Everything happens to one box. (files searched, octets searched, where somebody lies)"""
    chance, third = random.Random(seed), len(people) // 3 + 1
    config = _config(disk)
    box, url = _start(disk, config)
    _type_all(url, people[:third], chance)
    fill(disk, leave=chance.randrange(0, 64 * 1024))
    _type_all(url, people[third : 2 * third], chance)
    (disk / FILLER).unlink()
    _type_all(url, people[2 * third :], chance)
    assert box.signal(signal.SIGABRT) == -signal.SIGABRT
    loot = _searched(disk, people)[2]  # as the crash left it
    box, url = _start(disk, config)
    _type_all(url, people[-1:], chance)
    box.stop()
    files, octets, more = _searched(disk, people)
    return files, octets, loot | more


def _start(disk: Path, config: Path, imports: str = TOTE) -> tuple[Program, str]:
    (disk / "tmp").mkdir(exist_ok=True)
    told = {"before": WITH_CORES, "TMPDIR": str(disk / "tmp")}
    box = Program(imports, "--verbose", "run", "--json", "--config", config, log=disk / "box.log", cwd=disk, **told)
    return box, box.ready()["url"]


def _config(disk: Path) -> Path:
    keys = {"seal_key": new_seal_pair()[1].hex(), "verify_key": "09" * 32}
    return box_config(disk, broker="127.0.0.1:9", url="http://127.0.0.1:9", **keys)


def _people(chance: random.Random) -> Iterator[str]:
    """Mail addresses as people have them, every tenth a phone number."""
    for number in itertools.count():
        if number % 10 == 9:
            yield f"+372{chance.randrange(10**7, 10**8)}"
            continue
        first, last = (
            chance.choice(("Liisa", "jaan", "MARI-LIIS", "j.p")),
            chance.choice(("tamm", "Saar", "kask-o'neill")),
        )
        tag = chance.choice(("", "", "+tote"))
        yield f"{first}.{last}{chance.randrange(10**5, 10**7)}{tag}@{chance.choice(DOMAINS)}"


def _type_all(url: str, people: list[str], chance: random.Random) -> None:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    for person in people:
        screen = _Screen(connection, f"/s/{chance.choice(STATIONS)}")
        chance.choice(STORIES)(screen, person, chance)
    connection.close()


class _Screen:
    def __init__(self, connection: HTTPConnection, path: str) -> None:
        self._connection, self._path = connection, path

    def post(self, what: str, **form: str) -> None:
        """A box refuses much of this, and breaks at nothing."""
        self._ask(what, "application/x-www-form-urlencoded", urlencode(form), (200, 204, 400, 404, 422))

    def scan(self, text: str) -> None:
        self._ask("scan", "application/json", json.dumps({"symbology": "qr", "text": text}), (200, 429))

    def _ask(self, what: str, kind: str, body: str, expected: tuple[int, ...]) -> None:
        self._connection.request("POST", f"{self._path}/{quote(what)}", body, {"Content-Type": kind})
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status in expected, f"{what} is answered {answer.status}"

    def fill(self) -> None:
        self.post("basket/lines", sku="BOOT-42")


def _sent(screen: _Screen, person: str, chance: random.Random) -> None:
    screen.fill()
    screen.post("send", mail=person, consent="marketing")


def _mistyped(screen: _Screen, person: str, chance: random.Random) -> None:
    """Refused, with the words of the refusal; then mended, or not."""
    at = chance.randrange(1, len(person))
    wrong = (f"{person[:at]} {person[at:]}", person.replace("@", "@@"), f"{person},", f"{person}..", f'"{person}')
    screen.post("send", mail=chance.choice(wrong))
    if chance.random() < 0.5:
        _sent(screen, person, chance)


def _half_typed(screen: _Screen, person: str, chance: random.Random) -> None:
    """And nobody comes back."""
    screen.fill()
    screen.post("send", mail=person[: chance.randrange(1, len(person))])
    screen.post("done")


def _with_nothing_to_send(screen: _Screen, person: str, chance: random.Random) -> None:
    screen.post("done")
    screen.post("send", mail=f"  {person}  ")


def _looked_for(screen: _Screen, person: str, chance: random.Random) -> None:
    """In the wrong field."""
    screen.post("search", query=person)
    if chance.random() < 0.5:
        screen.post("show/browse", query=f"boots {person}", category=person)
    else:
        screen.post("size", size=person, sku="BOOT-42")


def _elsewhere(screen: _Screen, person: str, chance: random.Random) -> None:
    """Where no page has a field."""
    form = {"language": person, "sku": person, "quantity": person, "fulfilment": person, "category": person}
    screen.post(chance.choice(("language", "show/article", "basket/lines", f"show/{person}", "more", "begin")), **form)


def _held_up(screen: _Screen, person: str, chance: random.Random) -> None:
    """A visiting card, a link in a mail, a number to call."""
    card = f"BEGIN:VCARD\nN:Somebody\nTEL:{person}\nEMAIL:{person}\nEND:VCARD"
    link = f"https://shop.example/?mail={person.replace('@', '%40').replace('+', '%2B')}"
    screen.scan(chance.choice((f"mailto:{person}", f"tel:{person}", card, link, person)))


STORIES: tuple[Callable[[_Screen, str, random.Random], None], ...] = (
    _sent, _sent, _mistyped, _half_typed, _with_nothing_to_send, _looked_for, _elsewhere, _held_up,
)  # fmt: skip


def _searched(folder: Path, people: list[str]) -> tuple[int, int, dict[str, str]]:
    """(files, octets, who lies where)"""
    needles, found = Needles(people), dict[str, str]()
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    for file in files:
        found |= {who: f"{file.name} at {at}" for who, at in needles.in_file(file).items()}
    return len(files), sum(file.stat().st_size for file in files), found


def _doctor(folder: Path) -> list[str]:
    """What `tote doctor --steal` complains of; its exit status says the same."""
    with redirect_stdout(StringIO()) as said:
        status = tote(["doctor", "--steal", "--json", "--config", str(folder / "tote.toml")])
    complaints = [line for line in said.getvalue().splitlines() if not json.loads(line)["ok"]]
    assert status == bool(complaints)
    return complaints


def _careless(folder: Path, people: list[str], seed: int) -> tuple[list[str], list[str]]:
    """A box that writes down what it should seal, and whose memory may be dumped: (who of those that sent lies in its
    database, who of those that were refused lies in its core dump)."""
    sent, refused = people[:FEW], people[FEW:]
    folder.mkdir()
    box, url = _start(folder, _config(folder), CARELESS)
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    screen = _Screen(connection, "/s/wall")
    for person in sent:
        _sent(screen, person, random.Random(seed))
    for person in refused:
        screen.post("send", mail=f"{person},")
    connection.close()
    box.signal(signal.SIGABRT)
    cores = [file for file in folder.glob("core*") if file.is_file()]
    dumped = [person for person in refused if any(_holds(core, person) for core in cores)]
    for core in cores:
        core.unlink()
    return [person for person in sent if person in _searched(folder, people)[2]], dumped


def _holds(file: Path, person: str) -> bool:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        return octets.find(person.encode()) >= 0
