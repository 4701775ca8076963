"""What a code or tag at a station leads to: an article, a person, a member of staff, a basket, or nothing."""

from dataclasses import replace

from edge.catalogue import Shelf
from edge.domain.coupon import is_barcode as is_coupon
from edge.shop.couponing import Couponing
from edge.shop.errors import ShopError
from edge.shop.handing import Handing, is_code
from edge.shop.hands import Hands
from edge.shop.reading import Reading, is_badge, is_given_out, read_code
from edge.shop.recognising import Recognising
from edge.shop.screens import Screen
from edge.shop.settings import ShopSettings
from edge.shop.turns import Turns
from hardware.scan import Scan


class Scanning:
    """Thread-safe."""

    def __init__(
        self,
        settings: ShopSettings,
        shelf: Shelf,
        turns: Turns,
        recognising: Recognising,
        hands: Hands,
        handing: Handing,
        couponing: Couponing,
    ) -> None:
        self._settings, self._shelf, self._turns = settings, shelf, turns
        self._recognising, self._hands, self._handing = recognising, hands, handing
        self._couponing = couponing
        self._given_out: set[tuple[str, str]] = set()
        """Stations and readers that one of the retailer's own loyalty tags, or a badge, lies on."""

    def scanned(self, station: str, scan: Scan) -> Screen:
        settings, visit = self._settings, self._turns.visit(station)
        language = visit.language if visit else settings.languages[0]
        reading = read_code(self._shelf.current(), scan, settings.code_rules, language, settings.secure_tags)
        if (reading.tag or reading.badge) and (station, scan.reader) in self._given_out:
            return self._turns.screen(station)  # it was greeted when it came
        if not reading.item and is_code(reading.code):
            return self._hand_over(station, reading)
        if not reading.item and is_coupon(reading.code):
            return self._redeem(station, reading)
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
        if reading.of_person:
            return self._recognising.held_up(station, reading)
        if reading.badge:
            reading = reading.refused("badge-here")
        otherwise = reading.screen("scan-not-recorded")
        return self._turns.run_or_show(station, lambda turn: turn.scanned(reading), otherwise)

    def _redeem(self, station: str, reading: Reading) -> Screen:
        """Written down the code is never: it may still be good."""
        try:
            if self._settings.stations[station].kind == "staff" and self._hands.coupon(station, reading.code):
                return self._turns.screen(station)
            self._turns.run(station, lambda turn: turn.redeem(self._couponing, reading.code))
        except ShopError as error:
            return self._read(station, replace(reading.refused(error.key), code="(coupon)"))
        return self._turns.screen(station)

    def _hand_over(self, station: str, reading: Reading) -> Screen:
        """The code is good for nothing afterwards; written down it is never all the same."""
        if reason := self._handing.take(station, reading.code):
            return self._read(station, replace(reading.refused(reason), code="(hand-over)"))
        return self._turns.screen(station)
