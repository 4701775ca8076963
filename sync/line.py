"""The wire: one MQTT connection (paho), kept up for ever. Both ends of Tote use it.

MQTT 5, or 3.1.1 where the broker speaks no better; clean sessions; QoS 1; keepalive 10 s; TCP_NODELAY. Everything that
happens is put into `inbox`, or told to `heard`; the callbacks do nothing else, because an exception in one of them
would end paho's thread.
"""

import logging
import queue
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

from sync.absent import absent
from sync.tls import Trust, in_words

with absent("dns"):
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
    from paho.mqtt.subscribeoptions import SubscribeOptions

log = logging.getLogger(__name__)

KEEPALIVE = 10
"""Seconds: a line that swallows everything is noticed after about twice that."""
SHORTEST, LONGEST = 0.2, 5.0
"""Seconds between attempts to connect."""
IN_FLIGHT = 20
"""paho is at its best there (MEASURED)."""
Address = tuple[str, int]
"""Host and port."""
NOT_FOR_US = (134, 135)
"""Bad user name or password, Not authorized (MQTT 5, table 3-1; paho names those of 3.1.1 alike)."""
ONLINE, OFFLINE = b"online", b"offline"
"""As Home Assistant names availability, and others after it."""
FIVE, THREE = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311


@dataclass(frozen=True)
class LineUp:
    """Connected and subscribed."""


@dataclass(frozen=True)
class LineDown:
    reason: str


@dataclass(frozen=True)
class Listening:
    """The broker has agreed to what `Line.listen` asked for."""


@dataclass(frozen=True)
class Message:
    topic: str
    payload: bytes
    retained: bool = field(default=False, compare=False)
    """The broker had kept it; on a line without retained messages also: whoever sent it wants it kept."""


class Line:
    """`inbox` receives `LineUp`, `LineDown`, `Listening` and `Message`; whoever owns it may put things of its own
    there."""

    def __init__(
        self,
        addresses: Sequence[Address],
        *,
        name: str,
        subscriptions: tuple[str, ...] = (),
        tls: Trust | None = None,
        retained: bool = True,
        presence: str = "",
        heard: Callable[[object], None] | None = None,
    ) -> None:
        """`addresses` are the brokers of one cluster: when one fails, the next has its turn.

        `name` begins the client id; a nonce ends it, so that two cloned boxes don't kick each other for ever.
        `tls` says whom to trust and who this end is (`sync.tls`); None speaks in the open, as on loopback.
        `presence` is a topic where the broker keeps ONLINE as long as this end is there, and OFFLINE from when it is
        gone, be it with a word or without (its last will); "" is none.
        With `retained` False a broker of MQTT 5 sends nothing that it kept.
        `heard` is told what happens, on paho's thread, instead of the inbox; it must not wait nor raise.
        """
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._heard = heard or self.inbox.put
        self._retained, self._presence = retained, presence
        self.up = False
        self.trouble = ""
        """Why the two ends don't trust each other, in plain words; "" in good health, or just down."""
        self._addresses, self._subscriptions, self._tls = tuple(addresses), subscriptions, tls
        self._client_id = f"{name}-{secrets.token_hex(4)}"
        self._protocol, self._misses, self._patience = FIVE, 0, len(self._addresses)
        self._client: mqtt.Client | None = None
        self._greeted, self._reason = False, ""
        self._stopping, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"line-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._tell_presence(OFFLINE)
        if client := self._client:
            client.disconnect()
        self._thread.join(timeout=2)

    def reconnect(self) -> None:
        """Ends the connection that there is; the next one shows what this end now has to show."""
        if client := self._client:
            client.disconnect()

    def listen(self, *topics: str) -> None:
        """Subscribes to `topics` instead of those before, now and after every reconnect. `Listening` follows when the
        broker has agreed to new ones."""
        before, self._subscriptions = set(self._subscriptions), topics
        client = self._client
        if client is None or not client.is_connected():
            return  # whoever connects next reads what is wanted now
        if gone := sorted(before - set(topics)):
            client.unsubscribe(gone)
        if new := sorted(set(topics) - before):
            client.subscribe(self._wanted(client, new))

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hands the message to the broker's connection, once. False while the line is down: nothing was queued."""
        client = self._client
        if client is None or not self.up:
            return False
        return client.publish(topic, payload, qos=1, retain=retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _run(self) -> None:
        pause, random = SHORTEST, Random()  # noqa: S311  (jitter, not a secret)
        for turn, address in enumerate(cycle(self._addresses), start=1):
            if self._stopping.is_set():
                return
            reason = self._session(address)
            if self.up:
                pause, self.up = SHORTEST, False
                self._heard(LineDown(reason))
            self._stopping.wait(pause * random.uniform(0.5, 1.0))
            if turn % len(self._addresses) == 0:  # all of them failed, not one
                pause = min(pause * 2, LONGEST)

    def _session(self, address: Address) -> str:
        """Lives through one connection. Returns why it ended."""
        self._client = client = self._new_client(self._protocol)
        self._greeted, self._reason = False, ""
        self._ended.clear()
        try:
            client.connect(*address, keepalive=KEEPALIVE)
        except (OSError, UnicodeError) as error:  # the latter: a name that can be none
            self._distrust(in_words(error))
            return str(error)
        # paho's own thread, not `loop_forever` here: only that one is woken at once by a `publish`, and alone writes.
        client.loop_start()
        if self._stopping.is_set():
            client.disconnect()
        self._ended.wait()
        client.loop_stop()
        if not self._greeted and not self._stopping.is_set():
            self._missed()
        self._distrust(self._tls.told if self._tls else "")
        return self._reason

    def _distrust(self, words: str) -> None:
        """Keeps and logs, once, why the ends don't trust each other; "" says nothing new."""
        if words and words != self.trouble:
            log.error("no line to HQ: %s", words)
        self.trouble = words or self.trouble

    def _missed(self) -> None:
        """A 3.1.1 broker hangs up, or says no, when greeted in MQTT 5: take turns, round by round, until one of the
        brokers answers. From then on it takes more than a node that stumbles to make it begin again."""
        self._misses += 1
        if self._misses % self._patience == 0:
            self._protocol = THREE if self._protocol == FIVE else FIVE

    def _new_client(self, protocol: MQTTProtocolVersion) -> mqtt.Client:
        clean: dict[str, Any] = {} if protocol == FIVE else {"clean_session": True}
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=protocol,
            reconnect_on_failure=False,
            **clean,
        )
        if self._tls:
            client.tls_set_context(self._tls)
        if self._presence:
            client.will_set(self._presence, OFFLINE, qos=1, retain=True)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_socket_open = self._opened
        client.on_disconnect = self._disconnected
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        return client

    def _opened(self, _client: mqtt.Client, _data: object, sock: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _disconnected(self, _client: mqtt.Client, _data: object, _flags: object, code: Any, _props: object) -> None:
        self._reason = str(code)
        self._ended.set()

    def _connected(self, client: mqtt.Client, _data: object, _flags: object, code: Any, _properties: object) -> None:
        if code.is_failure:
            self._heard(LineDown(f"the broker says no: {code}"))
            self._distrust(f"the broker says no: {code}" if code.value in NOT_FOR_US else "")
            return
        self._greeted = True
        self._misses, self._patience = 0, 3 * len(self._addresses)
        if self._subscriptions:
            client.subscribe(self._wanted(client, self._subscriptions))
        else:
            self._came_up()

    def _wanted(self, client: mqtt.Client, topics: Sequence[str]) -> list[Any]:
        """What paho is to ask for. A 3.1.1 broker knows no options."""
        if client.protocol != FIVE:
            return [(topic, _quality(client)) for topic in topics]
        handling = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if self._retained else SubscribeOptions.RETAIN_DO_NOT_SEND
        options = SubscribeOptions(qos=_quality(client), retainAsPublished=not self._retained, retainHandling=handling)
        return [(topic, options) for topic in topics]

    def _subscribed(self, _client: mqtt.Client, _data: object, _id: int, codes: list[Any], _properties: object) -> None:
        if refused := sum(code.is_failure for code in codes):
            wanted = ", ".join(self._subscriptions)
            log.error("the broker refuses %s of %s: messages will not arrive, check its access rules", refused, wanted)
        if self.up:
            self._heard(Listening())
        else:
            self._came_up()

    def _came_up(self) -> None:
        """Only now: an answer to what is published from here on finds the subscription in place."""
        self.up, self.trouble = True, ""
        self._tell_presence(ONLINE)
        self._heard(LineUp())

    def _tell_presence(self, word: bytes) -> None:
        if self._presence:
            self.publish(self._presence, word, retain=True)

    def _arrived(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self._heard(Message(message.topic, bytes(message.payload), message.retain))


def _quality(client: mqtt.Client) -> int:
    """Of what is subscribed to. A 3.1.1 broker may be NATS, which at each reload of its users stops delivering to live
    sessions at QoS 1, and says nothing; at QoS 0 it goes on (ADR 0006). No guarantee hangs on either."""
    return 1 if client.protocol == FIVE else 0
