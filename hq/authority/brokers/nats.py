"""NATS 2.9 with JetStream and MQTT 3.1.1: one node, or a cluster of three and more.

MQTT topics become subjects (`tote/1/up/7/aurora` is `tote.1.up.7.aurora`). There are no patterns on the user name, so
every certificate that holds is listed as a user, by the number it bears. That list is the revocation too: NATS looks
at no revocation list of an authority's, but a reload drops the sessions of users that are gone from it, and knows them
no more. So each enrolment and each revocation writes the list again and has the nodes reload it.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from hq.authority.brokers import BrokerError, File
from sync.certificates import HQ_NAME, uri_of
from sync.topics import shard

LARGEST = 8 * 1024 * 1024
"""Octets of a message; NATS warns of more."""
ROUTES = 6222
"""The port on which the nodes of a cluster meet."""

USERS = "users.conf"
Speaker = tuple[str, str]
"""Whose certificate, and its serial number in hex."""

NODE = """\
# Written by `tote-hq broker-config`; write it again rather than change it here.
server_name: {name}
# NATS's own protocol, which nobody here speaks: any port of the loopback, and no user may use it.
listen: "127.0.0.1:-1"
max_payload: {largest}
jetstream {{ store_dir: "{folder}/state/{name}" }}
mqtt {{
  listen: "{name}:{port}"
  # Not as many as happen to be there when the first box comes: two replicas stop when one of their nodes does.
  stream_replicas: {replicas}
  consumer_replicas: {replicas}
  tls {{
    ca_file: "{folder}/ca.crt", cert_file: "{folder}/broker.crt", key_file: "{folder}/broker.key"
    verify_and_map: true, timeout: 5
  }}
}}
{cluster}include "users.conf"
"""
CLUSTER = """\
cluster {{
  name: tote
  listen: "{listen}:{routes}"
  tls {{
    ca_file: "{folder}/ca.crt", cert_file: "{folder}/broker.crt", key_file: "{folder}/broker.key"
    verify: true, timeout: 5
  }}
  routes: [{others}]
}}
"""


def files(folder: Path, hosts: Sequence[str], speakers: Sequence[Speaker], *, port: int) -> list[File]:
    """One `HOST.conf` for each of `hosts`, and the users that all of them include. Each node listens on what its name
    means on its own machine. Raises BrokerError."""
    if len(hosts) == 2:
        raise BrokerError("A cluster of NATS has three nodes or more: two can't outvote a third that is gone.")
    nodes = [
        File(path=f"{host}.conf", content=_node(folder, host, hosts, port).encode(), secret=True) for host in hosts
    ]
    return [*nodes, users(speakers)]


def users(speakers: Sequence[Speaker]) -> File:
    """Who may do what."""
    listed = ",\n    ".join(_user(name, serial) for name, serial in speakers)
    accounts = f"accounts {{ TOTE {{ jetstream: enabled, users: [\n    {listed}\n] }} }}\n"
    return File(path=USERS, content=accounts.encode())


def _user(name: str, serial: str) -> str:
    publish, subscribe = _ours() if name == HQ_NAME else _theirs(name)
    # `$MQTT.sub` is where the server itself collects what a subscription of QoS 1 brings; no client may ask for it.
    permissions = {"publish": publish, "subscribe": [*subscribe, "$MQTT.sub.>"]}
    entry = {"user": uri_of(serial), "permissions": permissions, "allowed_connection_types": ["MQTT"]}
    return json.dumps(entry)


def _ours() -> tuple[list[str], list[str]]:
    return ["tote.1.down.*", "tote.1.feed.>"], ["tote.1.up.>", "tote.1.ask.>", "tote.1.here.>", "tote.1.state.>"]


def _theirs(store: str) -> tuple[list[str], list[str]]:
    up = [f"tote.1.{way}.{shard(store)}.{store}" for way in ("up", "ask", "here", "state")]
    return up, [f"tote.1.down.{store}", "tote.1.feed.>"]


def _node(folder: Path, host: str, hosts: Sequence[str], port: int) -> str:
    others = ", ".join(f'"nats-route://{other}:{ROUTES}"' for other in hosts if other != host)
    cluster = CLUSTER.format(listen=host, routes=ROUTES, folder=folder, others=others) if others else ""
    replicas = 3 if others else 1
    about = {"name": host, "largest": LARGEST, "folder": folder, "port": port, "cluster": cluster}
    return NODE.format(**about, replicas=replicas)
