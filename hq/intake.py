"""What waits to be taken in: messages by store, and every store has its turn. One box that sends without end, by a
fault or by malice, fills its own share and holds up nobody else's.

The line's thread puts in, ingest takes out. What is beyond a store's share is dropped and counted; boxes send again.
"""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from threading import Condition

from sync import topics
from sync.line import Message

MOST, MOST_OCTETS = 256, 128 * 1024
"""Messages that share one transaction: full batches of two boxes, or single events of many. It holds up other writers
for about a tenth of a second."""
FEW = 6
"""Of them from one store: half of what a sound box has on its way at a time (`sync.flights`), so that it goes on
sending while they are taken in."""
OWN, OWN_OCTETS = 48, 2 * 1024 * 1024
"""Messages that wait of one store: four times what a sound box sends without an answer. A single one may be larger."""
ALL, ALL_OCTETS = 4096, 128 * 1024 * 1024
"""Messages that wait of all stores together."""
NAMES = 1000
"""Stores that are told of at a time: names may be made up where the broker asks for none."""
TOO_MUCH = "more came than waits for one store: dropped, a sound box sends it again"
RETAINED = "sent to be retained at the broker, which no box of Tote does: dropped"


@dataclass
class _Waiting:
    """Of one store, in the order in which it came."""

    messages: deque[Message] = field(default_factory=deque)
    octets: int = 0


class Intake:
    """`put` from any thread."""

    def __init__(self) -> None:
        self._stores: OrderedDict[str, _Waiting] = OrderedDict()
        """Whose turn is next comes first. A store of which nothing waits is not in it."""
        self._messages = self._octets = 0
        self._others: list[object] = []
        self._refused: Counter[tuple[str, str]] = Counter()
        self._filled = Condition()

    def __len__(self) -> int:
        """Messages that wait."""
        return self._messages

    def put(self, happened: object) -> None:
        """A `Message` waits for its store's turn, or is dropped; anything else is kept as it came."""
        with self._filled:
            if isinstance(happened, Message):
                self._admit(_store_of(happened.topic), happened)
            else:
                self._others.append(happened)
            self._filled.notify()

    def take(self, timeout: float) -> tuple[list[object], list[Message]]:
        """What else happened, and the messages of one transaction; waits for the first of either, in seconds."""
        with self._filled:
            self._filled.wait_for(lambda: self._stores or self._others, timeout)
            others, self._others = self._others, []
            return others, self._group()

    def refused(self) -> dict[tuple[str, str], int]:
        """How many messages were dropped since this was asked last, by store and reason."""
        with self._filled:
            found, self._refused = self._refused, Counter()
            return found

    def _admit(self, store: str, message: Message) -> None:
        waiting = self._stores.get(store)
        if message.retained:
            self._refuse(store, RETAINED)
        elif waiting and (len(waiting.messages) >= OWN or waiting.octets + _size(message) > OWN_OCTETS):
            self._refuse(store, TOO_MUCH)
        else:
            self._make_room(_size(message))
            self._stores.setdefault(store, _Waiting()).messages.append(message)
            self._count(store, 1, _size(message))

    def _make_room(self, octets: int) -> None:
        """At the expense of who takes the most of it, and of their newest: what came before must be taken first."""
        while self._stores and (self._messages >= ALL or self._octets + octets > ALL_OCTETS):
            store = max(self._stores, key=lambda each: self._stores[each].octets)
            message = self._stores[store].messages.pop()
            self._refuse(store, TOO_MUCH)
            self._count(store, -1, -_size(message))

    def _group(self) -> list[Message]:
        found: list[Message] = []
        octets, own = 0, Counter[str]()
        while (store := self._next(own)) is not None and len(found) < MOST and octets < MOST_OCTETS:
            message = self._stores[store].messages.popleft()
            self._stores.move_to_end(store)
            self._count(store, -1, -_size(message))
            own[store] += 1
            found.append(message)
            octets += len(message.payload)
        return found

    def _next(self, own: Counter[str]) -> str | None:
        """Turns go round, so where the first one has had enough, all that still wait have."""
        store = next(iter(self._stores), None)
        return store if store is not None and own[store] < FEW else None

    def _count(self, store: str, messages: int, octets: int) -> None:
        self._messages += messages
        self._octets += octets
        self._stores[store].octets += octets
        if not self._stores[store].messages:
            del self._stores[store]

    def _refuse(self, store: str, reason: str) -> None:
        if (store, reason) in self._refused or len(self._refused) < NAMES:
            self._refused[store, reason] += 1


def _store_of(topic: str) -> str:
    """The broker lets nobody write below another name. All topics that are no store's share one turn."""
    store = topics.store_of(topic) if "/" in topic else ""
    return store if topics.valid_store(store) else ""


def _size(message: Message) -> int:
    return len(message.payload) + len(message.topic)
