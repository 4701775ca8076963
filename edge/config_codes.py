"""Settings about codes: `[codes]` with `[[codes.range]]`, `[[codes.rcn]]` and `[[codes.link]]`."""

from dataclasses import dataclass, replace
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

from edge.codes.patterns import fault
from edge.codes.rules import CodeRange, CodeRules, LinkRule, RcnRule
from edge.domain.strict import BadSettingError

CARDS: tuple[str, ...] = get_args(get_type_hints(CodeRange)["kind"])
MEASURES: tuple[str, ...] = get_args(get_type_hints(RcnRule)["measure"])


@dataclass(frozen=True, kw_only=True)
class RangeConfig:
    kind: str
    """What a code of this range is, before anything else: loyalty, badge or basket."""
    pattern: str
    """Regular expression of the whole code."""


@dataclass(frozen=True, kw_only=True)
class RcnConfig:
    pattern: str
    """Twelve places: the prefix in digits, I article, V value, C the value's check digit: "21IIIIIVVVVV"."""
    measure: str
    """price, weight (kg) or count."""
    decimals: int = 2
    """Of V, behind the point."""


@dataclass(frozen=True, kw_only=True)
class LinkConfig:
    pattern: str
    """Regular expression of a whole address, with a group named sku or gtin."""


@dataclass(frozen=True, kw_only=True)
class CodesConfig:
    sku: str = CodeRules.sku
    """Regular expression of the retailer's own article numbers."""
    hosts: tuple[str, ...] = ()
    """Hosts whose links are the shop's own."""
    coupons: tuple[str, ...] = CodeRules.coupons
    """How 13-digit numbers of coupons begin; these replace those of the standard."""
    range: tuple[RangeConfig, ...] = ()
    rcn: tuple[RcnConfig, ...] = ()
    link: tuple[LinkConfig, ...] = ()

    def rules(self, currency: str) -> CodeRules:
        """Raises BadSettingError."""
        _check_pattern("codes.sku", self.sku)
        for host in self.hosts:
            check_host(host, "codes.hosts: each")
        ranges = tuple(_range(card, f"codes.range[{i}].") for i, card in enumerate(self.range, 1))
        rcn = tuple(_rcn(rule, f"codes.rcn[{i}].") for i, rule in enumerate(self.rcn, 1))
        links = tuple(_link(link, f"codes.link[{i}].pattern") for i, link in enumerate(self.link, 1))
        rules = CodeRules(ranges=ranges, rcn=rcn, links=links, hosts=self.hosts, sku=self.sku, currency=currency)
        try:
            return replace(rules, coupons=self.coupons)
        except ValueError as error:
            raise BadSettingError(f"codes.coupons: {error}.") from error


def _range(card: RangeConfig, where: str) -> CodeRange:
    _check_pattern(where + "pattern", card.pattern)
    _check_word(where + "kind", card.kind, CARDS)
    return CodeRange(card.kind, card.pattern)  # type: ignore[arg-type]


def _rcn(rule: RcnConfig, where: str) -> RcnRule:
    _check_word(where + "measure", rule.measure, MEASURES)
    if not 0 <= rule.decimals <= rule.pattern.count("V"):
        raise BadSettingError(f"{where}decimals must be 0 up to the number of V in the pattern, not {rule.decimals}.")
    try:
        return RcnRule(rule.pattern, rule.measure, rule.decimals)  # type: ignore[arg-type]
    except ValueError as error:
        raise BadSettingError(f"{where}pattern: {error}.") from error


def _link(link: LinkConfig, where: str) -> LinkRule:
    _check_pattern(where, link.pattern)
    try:
        return LinkRule(link.pattern)
    except ValueError as error:
        raise BadSettingError(f"{where}: {error}.") from error


def _check_pattern(where: str, pattern: str) -> None:
    wrong = fault(pattern)
    if wrong:
        fix = "" if "longer" in wrong else ": write it between single quotes, so that TOML leaves its backslashes alone"
        raise BadSettingError(f"{where} {wrong}{fix}.")


def _check_word(where: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise BadSettingError(f"{where} must be one of {', '.join(known)}, not {word!r}.")


def check_host(host: str, where: str) -> None:
    try:
        right = bool(host) and urlsplit(f"//{host}").hostname == host.lower()
    except ValueError:
        right = False
    if not right:
        raise BadSettingError(f"{where} must be a plain host such as id.example.com, not {host!r}.")
