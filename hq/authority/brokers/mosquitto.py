"""Mosquitto 2.0: TLS, the certificate's name as user name, and access by patterns on it.

What Debian's 2.0.11 does, as the tests of the eighth guarantee show: a denied publish is acknowledged and a forbidden
subscription granted, yet nothing arrives; SIGHUP reads certificates, revocation list and access rules again, but leaves
the sessions that are there alone. For those there is the dynamic-security plugin, which rules over nobody here: its one
use is that HQ may tell it to hang up on a user name.
"""

import json
from pathlib import Path

from hq.authority.brokers import BrokerError, File
from sync.certificates import HQ_NAME

PLUGIN = "mosquitto_dynamic_security.so"
PLACES = ("/usr/lib/*-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib")
CONTROL, HEARD = "$CONTROL/dynamic-security/v1", "$CONTROL/dynamic-security/v1/response"
LARGEST = 16 * 1024 * 1024
"""Octets of a message: a batch is 64 KiB, unless a single event is larger."""

CONFIGURATION = """\
# Written by `tote-hq broker-config`; write it again rather than change it here.
per_listener_settings false
# The broker is a wire: nothing on it is worth keeping, HQ and the boxes say again what matters.
persistence false
log_dest stderr
log_dest topic
log_type error
log_type warning
log_type notice
connection_messages true

listener {port}
cafile {folder}/ca.crt
certfile {folder}/broker.crt
keyfile {folder}/broker.key
crlfile {folder}/crl.pem
# the oldest that is spoken
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file {folder}/acl
plugin {plugin}
plugin_opt_config_file {folder}/state/hanging-up.json

# Without it bursts fall to an eighth (docs/figures.md).
set_tcp_nodelay true
max_packet_size {largest}
max_inflight_messages 100
max_queued_messages 1000
max_keepalive 60
"""
ACCESS = f"""\
# Written by `tote-hq broker-config`. The user name is the common name of the certificate.
user {HQ_NAME}
topic read tote/1/up/#
topic read tote/1/ask/#
topic read tote/1/here/#
topic read tote/1/state/#
topic write tote/1/down/#
topic write tote/1/feed/#
topic read $SYS/broker/log/N
topic write {CONTROL}
topic read {HEARD}

# Every store, for itself alone.
pattern write tote/1/up/+/%u
pattern write tote/1/ask/+/%u
pattern write tote/1/here/+/%u
pattern write tote/1/state/+/%u
pattern read tote/1/down/%u
pattern read tote/1/feed/#
"""
NOBODY = {
    "defaultACLAccess": dict.fromkeys(("publishClientSend", "publishClientReceive", "subscribe", "unsubscribe"), False),
    "clients": [],
    "groups": [],
    "roles": [],
}


def files(folder: Path, *, port: int, plugin: Path | None = None) -> list[File]:
    """Beside certificates and revocation list. Raises BrokerError where the plugin is not found."""
    plugin = plugin or _plugin()
    text = CONFIGURATION.format(folder=folder, port=port, plugin=plugin, largest=LARGEST)
    return [
        File(path="mosquitto.conf", content=text.encode()),
        File(path="acl", content=ACCESS.encode()),
        File(path="state/hanging-up.json", content=json.dumps(NOBODY).encode(), own=True),
    ]


def hang_up(name: str) -> bytes:
    """What HQ publishes on CONTROL to end every live session of one user name: one that is deleted is hung up on."""
    commands = [{"command": "createClient", "username": name}, {"command": "deleteClient", "username": name}]
    return json.dumps({"commands": commands}).encode()


def _plugin() -> Path:
    for place in PLACES:
        root, _, pattern = place.lstrip("/").rpartition("/")
        if found := sorted(Path("/", root).glob(f"{pattern}/{PLUGIN}")):
            return found[0]
    raise BrokerError(
        f"{PLUGIN} is not on this machine. It comes with Debian's package mosquitto; where the broker runs on another "
        "machine, say with --plugin where it lies there."
    )
