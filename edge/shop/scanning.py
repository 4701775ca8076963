"""What a code or tag at a station leads to: an article, a person, a member of staff, a basket, or nothing."""

from collections.abc import Callable
from contextlib import suppress

from edge.catalogue import Shelf
from edge.shop.errors import BoxFullError
from edge.shop.greeting import Greeting, Greetings
from edge.shop.hands import Hands
from edge.shop.reading import Reading, is_badge, is_given_out, read_code
from edge.shop.screens import Article, Screen, Welcome
from edge.shop.settings import ShopSettings
from edge.shop.turn import Turn
from edge.shop.turns import Turns
from hardware.scan import Scan


class Scanning:
    """Thread-safe. `changed(station)` is called when a station has something else to show than its row says."""

    def __init__(
        self,
        settings: ShopSettings,
        shelf: Shelf,
        turns: Turns,
        greetings: Greetings,
        hands: Hands,
        *,
        changed: Callable[[str], None],
    ) -> None:
        self._settings, self._shelf, self._turns, self._greetings = settings, shelf, turns, greetings
        self._hands, self._changed = hands, changed
        self._given_out: set[tuple[str, str]] = set()
        """Stations and readers that one of the retailer's own loyalty tags, or a badge, lies on."""

    def scanned(self, station: str, scan: Scan) -> Screen:
        settings, visit = self._settings, self._turns.visit(station)
        language = visit.language if visit else settings.languages[0]
        reading = read_code(self._shelf.current(), scan, settings.code_rules, language, settings.secure_tags)
        if (reading.tag or reading.badge) and (station, scan.reader) in self._given_out:
            return self._turns.screen(station)  # it was greeted when it came
        return self._read(station, reading)

    def unreadable(self, station: str, reader: str, reason: str) -> Screen:
        if (station, reader) in self._given_out:
            return self._turns.screen(station)  # the card itself was enough
        return self._read(station, Reading.unreadable(reader, reason))

    def held(self, station: str, reader: str, uid: bytes) -> None:
        self._given_out.discard((station, reader))
        rules = self._settings.code_rules
        if is_given_out(rules, uid) or is_badge(rules, uid):
            of = Reading.of_badge if is_badge(rules, uid) else Reading.of_tag
            self._read(station, of(reader, uid))
            self._given_out.add((station, reader))

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _read(self, station: str, reading: Reading) -> Screen:
        if self._settings.stations[station].kind == "staff" and self._hands.read(station, reading):
            return self._turns.screen(station)
        before = self._turns.screen(station)
        otherwise = reading.screen("scan-not-recorded", before.sku if isinstance(before, Article) else "")
        shown = self._turns.run_or_show(station, lambda turn: self._take_in(turn, station, reading), otherwise)
        if reading.of_person:
            self._look_up(station, reading)
        return shown

    def _take_in(self, turn: Turn, station: str, reading: Reading) -> None:
        turn.scanned(reading)
        if reading.of_person and turn.visit_id:
            self._greetings.expect(station, turn.visit_id)

    def _look_up(self, station: str, reading: Reading) -> None:
        visit, screen = self._turns.visit(station), self._settings.stations[station].kind
        visit_id = visit.id if visit else ""
        who = {"card": reading.card} if reading.card else {"tag": reading.tag}
        question = {"screen": screen, **who}
        self._greetings.look_up(station, visit_id, question, lambda met: self._greet(station, visit_id, met))

    def _greet(self, station: str, visit: str, met: Greeting) -> None:
        if met.language in self._settings.languages and isinstance(self._turns.screen(station), Welcome):
            with suppress(BoxFullError):  # greeted all the same, in the language that is spoken
                self._turns.run(station, lambda turn: turn.greet(visit, met.language), publish=False)
        self._changed(station)
