"""Settings about codes and tags: `[codes]` with `[[codes.range]]` and `[[codes.rcn]]`, and `[[secure_tag]]`."""

import re
from dataclasses import dataclass, field
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

from edge.codes.rules import CodeRange, CodeRules, RcnRule
from edge.codes.sun import LINK, SecureTags
from edge.domain.strict import BadSettingError, Secret

CARDS: tuple[str, ...] = get_args(get_type_hints(CodeRange)["kind"])
MEASURES: tuple[str, ...] = get_args(get_type_hints(RcnRule)["measure"])
PARAMETERS = ("picc_data", "uid", "counter", "enc", "cmac")
AES_KEY = 16


@dataclass(frozen=True, kw_only=True)
class RangeConfig:
    kind: str
    """loyalty, badge or basket."""
    pattern: str
    """Regular expression of the whole code."""


@dataclass(frozen=True, kw_only=True)
class RcnConfig:
    pattern: str
    """Twelve places: the prefix in digits, I article, V value, C the value's check digit: "21IIIIIVVVVV"."""
    measure: str
    """price, weight (kg) or count."""
    decimals: int = 2


@dataclass(frozen=True, kw_only=True)
class CodesConfig:
    sku: str = CodeRules.sku
    """Regular expression of the retailer's own article numbers."""
    range: tuple[RangeConfig, ...] = ()
    rcn: tuple[RcnConfig, ...] = ()

    def rules(self, currency: str) -> CodeRules:
        """Raises BadSettingError."""
        _check_pattern("codes.sku", self.sku)
        ranges = tuple(_range(card, f"codes.range[{i}].") for i, card in enumerate(self.range, 1))
        return CodeRules(
            ranges=ranges,
            rcn=tuple(_rcn(rule, f"codes.rcn[{i}].") for i, rule in enumerate(self.rcn, 1)),
            sku=self.sku,
            currency=currency,
        )


@dataclass(frozen=True, kw_only=True)
class SecureTagConfig:
    """The fields are those of `edge.codes.sun.SecureTags`, keys in hexadecimal."""

    host: str
    file_key: Secret = field(repr=False)
    meta_key: Secret = field(default=Secret(""), repr=False)
    diversify: str = ""
    picc_data: str = "picc_data"
    uid: str = "uid"
    counter: str = "ctr"
    enc: str = "enc"
    cmac: str = "cmac"
    mac_from: str = ""
    required: bool = False

    def tags(self, where: str) -> SecureTags:
        """Raises BadSettingError; `where` is the path of the table, such as "secure_tag[1]."."""
        _check_host(self.host, where)
        self._check_parameters(where)
        plain = {name: getattr(self, name) for name in (*PARAMETERS, "host", "mac_from", "required")}
        return SecureTags(
            file_key=_key(self.file_key, where + "file_key"),
            meta_key=_key(self.meta_key, where + "meta_key") if self.meta_key else b"",
            diversify=_diversify(self.diversify, where),
            **plain,
        )

    def _check_parameters(self, where: str) -> None:
        names = [getattr(self, parameter) for parameter in PARAMETERS]
        if not all(re.fullmatch(r"[A-Za-z0-9_.~-]+", name) for name in names) or len(set(names)) != len(names):
            raise BadSettingError(f"{where}{', '.join(PARAMETERS)} must be different names of query parameters.")
        known = ("", LINK, *names[:-1])
        if self.mac_from not in known:
            ways = ", ".join(repr(name) for name in known)
            raise BadSettingError(f"{where}mac_from must be one of {ways}, not {self.mac_from!r}.")


def secure_tags(tables: tuple[SecureTagConfig, ...]) -> tuple[SecureTags, ...]:
    """Raises BadSettingError."""
    return tuple(table.tags(f"secure_tag[{i}].") for i, table in enumerate(tables, 1))


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


def _check_pattern(where: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        fix = "write it between single quotes, so that TOML leaves its backslashes alone"
        raise BadSettingError(f"{where} is no regular expression ({error}): {fix}.") from error


def _check_word(where: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise BadSettingError(f"{where} must be one of {', '.join(known)}, not {word!r}.")


def _check_host(host: str, where: str) -> None:
    try:
        right = bool(host) and urlsplit(f"//{host}").hostname == host.lower()
    except ValueError:
        right = False
    if not right:
        raise BadSettingError(f"{where}host must be a plain host such as id.example.com, not {host!r}.")


def _key(text: str, where: str) -> bytes:
    """The text itself is never told."""
    if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * AES_KEY}}}", text):
        raise BadSettingError(f"{where} must be 32 hex digits: the AES-128 key the tags were personalised with.")
    return bytes.fromhex(text)


def _diversify(text: str, where: str) -> bytes:
    if text and not re.fullmatch("([0-9A-Fa-f]{2}){9,24}", text):
        parts = "the application's id and your system's identifier"
        raise BadSettingError(f"{where}diversify must be 18 to 48 hex digits ({parts}), or left out.")
    return bytes.fromhex(text)
