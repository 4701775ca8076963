"""A fleet of hundreds of stores, to be looked through: what needs somebody first, found by name, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from hq.stores import StoreState

PAGE = 50
"""Stores that a page shows."""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """`stores` are those of this page; `page` counts from 1 and lies within `pages`."""

    stores: Sequence[StoreState]
    found: int
    """Stores that fit what was asked for."""
    all: int
    troubled: int
    """Of all: that did not take a version, were refused, have a notice open or events in quarantine."""
    behind: int
    words: str = ""
    state: str = ""
    page: int = 1
    pages: int = 1


def fleet(stores: Sequence[StoreState], *, words: str = "", state: str = "", page: int = 1, size: int = PAGE) -> Fleet:
    """`words` are looked for in ids, names and refused versions, `state` is "", "trouble" or "behind"."""
    sought = words.casefold().split()
    fitting = sorted((one for one in stores if _fits(one, sought, state)), key=urgency)
    pages = max(1, -(-len(fitting) // size))
    page = max(1, min(page, pages))
    return Fleet(
        stores=fitting[(page - 1) * size : page * size],
        found=len(fitting),
        all=len(stores),
        troubled=sum(map(troubled, stores)),
        behind=sum(bool(one.behind) for one in stores),
        words=words,
        state=state,
        page=page,
        pages=pages,
    )


def troubled(store: StoreState) -> bool:
    kept = store.version_refused or store.refused or store.waiting_in_quarantine
    return bool(kept) or any(notice.open for notice in store.notices)


def urgency(store: StoreState) -> tuple[int, int, str]:
    """What sorts first needs somebody first: versions not taken, other trouble, the longest behind, the silent."""
    if store.version_refused:
        return 0, 0, store.store
    if troubled(store):
        return 1, 0, store.store
    if store.behind:
        return 2, -store.lag, store.store
    return (4 if store.version else 3), 0, store.store


def _fits(store: StoreState, sought: Sequence[str], state: str) -> bool:
    if (state == "trouble" and not troubled(store)) or (state == "behind" and not store.behind):
        return False
    text = f"{store.store} {store.name} {store.version} {store.version_refused}".casefold()
    return all(word in text for word in sought)
