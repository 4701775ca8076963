"""What is held, as one HTML page that needs nothing else: in the person's language, readable on paper too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from edge.domain.money import Money
from hq.words import known, words
from hq.words.format import dated, money

EVENTS = {
    "ProductScanned": "scanned",
    "ProductViewed": "viewed",
    "ProductsSearched": "searched",
    "SearchResultChosen": "chosen",
    "LineAdded": "added",
    "LineChanged": "changed",
    "LineRemoved": "removed",
    "BasketSent": "sent",
}
"""What is done at a screen, with the key of its words."""
Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    columns: Row
    rows: list[Row]


def page(held: dict[str, Any], *, shop: str, at: int, zone: str) -> str:
    """`held` as `everything` says it; `at` is now."""
    language = known(held["language"])
    say = words(language)
    telling = _Telling(say, language, zone)
    environment = Environment(loader=PackageLoader("hq.disclosure", ""), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("held.html").render(
        language=language,
        title=say("held.title", shop=shop),
        intro=say("held.intro", shop=shop, time=telling.when(at)),
        none=say("held.none"),
        sections=list(telling.sections(held)),
    )


class _Telling:
    def __init__(self, say: Callable[..., str], language: str, zone: str) -> None:
        self._say, self._language = say, language
        self.when = partial(dated, language=language, zone=zone)

    def sections(self, held: dict[str, Any]) -> Iterator[Section]:
        yield self._section("identities", ("kind", "value"), held["identities"], self._identity)
        facts = [{"field": name, "value": value} for one in held["listed"] for name, value in one.items() if value]
        yield self._section("listed", ("kind", "value"), facts, lambda one: (self._field(one["field"]), one["value"]))
        yield self._section("answers", ("when", "kind", "answer", "words"), held["consents"], self._answer)
        yield self._section("baskets", ("when", "where", "article", "quantity", "price"), _lines(held), self._line)
        yield self._section("wishes", ("when", "where", "article"), held["wishes"], self._wish)
        yield self._section("orders", ("when", "where", "article", "quantity", "price"), held["orders"], self._order)
        yield self._section("codes", ("when", "kind", "state"), held["codes"], self._code)
        yield self._section("messages", ("when", "kind", "state"), held["mails"], self._message)
        yield self._section("screens", ("when", "kind", "article", "where"), held["screens"], self._screen)
        yield self._section(
            "visits", ("when", "value"), held["visits"], lambda one: (self.when(one["at"]), one["page"])
        )
        yield self._section("web", ("when", "kind", "article", "quantity"), held["web"], self._in_web_shop)
        yield self._section("looks", ("when", "who", "kind"), held["looks"], self._look)
        yield self._section("platforms", ("when", "where", "kind"), held["platforms"], self._platform)
        yield self._section("rulings", ("when", "who", "words"), held["rulings"], self._ruling)
        barred = [{"why": why} for why in held["suppressed"]]
        yield self._section("barred", ("kind",), barred, lambda one: (self._say(f"held.barred_{one['why']}"),))

    def _section(
        self, name: str, columns: Row, rows: list[dict[str, Any]], tell: Callable[[dict[str, Any]], Row]
    ) -> Section:
        return Section(
            title=self._say(f"held.{name}"),
            columns=tuple(self._say(f"held.column_{column}") for column in columns),
            rows=[tell(row) for row in rows],
        )

    def _field(self, name: str) -> str:
        return self._say(f"held.kind_{name}")

    def _identity(self, one: dict[str, Any]) -> Row:
        hidden = one["value"] == "…"
        return self._field(one["kind"]), self._say("held.hashed") if hidden else one["value"]

    def _answer(self, one: dict[str, Any]) -> Row:
        purpose = self._say(f"held.purpose_{one['purpose'].replace('-', '_')}")
        answer = self._say("held.yes" if one["granted"] else "held.refused")
        return self.when(one["at"]), purpose, f"{answer} ({one['how']})", one["words"]

    def _line(self, one: dict[str, Any]) -> Row:
        article = ", ".join(filter(None, (one["name"], one["variant"])))
        return self.when(one["sent"]), one["store"], article, str(one["quantity"]), self._price(one)

    def _order(self, one: dict[str, Any]) -> Row:
        return self.when(one["at"]), one["store"], one["sku"], str(one["quantity"]), self._price(one)

    def _wish(self, one: dict[str, Any]) -> Row:
        return self.when(one["at"]), one["store"], ", ".join(filter(None, (one["name"], one["variant"])))

    def _code(self, one: dict[str, Any]) -> Row:
        state = "void" if one["void"] else "used" if one["used"] else "open"
        return self.when(one["at"]), one["campaign"], self._say(f"held.code_{state}")

    def _message(self, one: dict[str, Any]) -> Row:
        return self.when(one["sent"] or one["due"]), one["kind"], self._say(f"held.state_{one['state']}")

    def _screen(self, one: dict[str, Any]) -> Row:
        return self.when(one["at"]), self._say(f"held.event_{EVENTS[one['event']]}"), one["about"], one["where"]

    def _in_web_shop(self, one: dict[str, Any]) -> Row:
        article = ", ".join(filter(None, (one["name"], one["variant"])))
        return self.when(one["at"]), self._say(f"held.web_{one['kind']}"), article, str(one["quantity"] or "")

    def _look(self, one: dict[str, Any]) -> Row:
        return self.when(one["at"]), one["by"], one["how"]

    def _platform(self, one: dict[str, Any]) -> Row:
        return self.when(one["at"]), one["destination"], self._field(one["kind"])

    def _ruling(self, one: dict[str, Any]) -> Row:
        decided = self._say("held.merged" if one["together"] else "held.parted")
        return self.when(one["at"]), one["by"], ": ".join(filter(None, (decided, one["reason"])))

    def _price(self, one: dict[str, Any]) -> str:
        return money(Money(amount=one["price"], currency=one["currency"]), self._language)


def _lines(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [basket | line for basket in held["baskets"] for line in basket["lines"]]
