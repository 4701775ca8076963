"""What a box's settings must be beyond the right kind: each mistake is told with the key and the fix."""

from ipaddress import ip_network

from edge.config import COUNTING, KINDS, Config
from sync.topics import valid_store


def problems(config: Config) -> list[str]:
    """What is of the right kind and still makes no sense."""
    found = []
    if config.country and not _is_region(config.country):
        found.append(f"country must be two capital letters of ISO 3166, such as EE, not {config.country!r}.")
    if not valid_store(config.store):
        found.append(f"store must be 1 to 32 of a-z, 0-9 and '-', not {config.store!r}.")
    for station in config.station:
        if station.kind not in KINDS:
            found.append(f"station {station.id!r}: kind must be one of {', '.join(KINDS)}, not {station.kind!r}.")
    if not 1 <= config.staff.hold_hours <= 24 * 14:
        found.append(f"staff.hold_hours must lie between 1 and 336, not {config.staff.hold_hours}.")
    for network in config.pairing.networks:
        if not _is_network(network):
            found.append(f"pairing.networks must name networks such as 10.1.0.0/16, not {network!r}.")
    stations = {station.id for station in config.station}
    for reader in config.reader:
        if reader.counts and (reader.driver not in COUNTING or reader.station):
            found.append(f"reader {reader.name!r}: counts = true is for {' and '.join(COUNTING)} without a station.")
        if not reader.counts and reader.station not in stations:
            found.append(f"reader {reader.name!r}: there is no station {reader.station!r}, only {sorted(stations)}.")
    for kind, names in (("station", [s.id for s in config.station]), ("reader", [r.name for r in config.reader])):
        found.extend(f"two {kind}s are named {name!r}: give each its own." for name in _twice(names))
    for key in ("seal_key", "verify_key"):
        if not _is_key(getattr(config.hq, key)):
            found.append(f"hq.{key} must be 64 hex digits: copy it from the ready line of `tote-hq run --json`.")
    if bool(config.screen.certificate) != bool(config.screen.key):
        found.append("screen.certificate and screen.key belong together: name both files, or neither.")
    if not all(_is_address(part) for part in config.hq.broker.split(",")):
        found.append(f"hq.broker must be host:port, such as 127.0.0.1:1883, not {config.hq.broker!r}.")
    return found


def _is_region(text: str) -> bool:
    from phonenumbers import SUPPORTED_REGIONS  # which takes its time, and most boxes go by their time zone

    return text in SUPPORTED_REGIONS


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    host, colon, port = text.strip().rpartition(":")
    return bool(host and colon and port.isdecimal() and 0 < int(port) < 65536)


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
