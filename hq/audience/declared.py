"""The audiences of the settings, by name."""

from dataclasses import replace

from hq.config import Config
from hq.config_marketing import Audiences
from hq.errors import InputError


def declared(
    config: Config,
    name: str,
    *,
    days: float | None = None,
    categories: tuple[str, ...] = (),
    not_bought: tuple[str, ...] = (),
) -> Audiences:
    """The audience of this name, as it is declared or narrowed for once. Raises InputError."""
    known = {one.name: one for one in config.audiences}
    if name not in known:
        raise InputError(f"There is no audience {name!r}; declared are {', '.join(known)}.")
    found = known[name]
    if days is not None and not (found.after_hours < days * 24 and days <= 36_600):
        raise InputError(f"--days must be more than {found.after_hours:g} hours and at most 36600, not {days:g}.")
    return replace(
        found,
        days=found.days if days is None else days,
        categories=categories or found.categories,
        not_bought=not_bought or found.not_bought,
    )
