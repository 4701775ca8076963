"""SigningKeyMade: the key with which a store's box signs what it shows. The line it comes on says whose it is."""

import re

from edge.domain.events import SigningKeyMade
from hq.projection.scene import Scene
from hq.store import tables
from hq.store.insert import insert_new
from sync.ingest import Rejected

_KEY = re.compile(r"[0-9a-f]{64}")


def project(scene: Scene, made: SigningKeyMade) -> None:
    if not _KEY.fullmatch(made.public):
        raise Rejected("the public key is not 64 hex digits")
    row = {"store": scene.store, "public": made.public, "since": scene.received}
    insert_new(scene.connection, tables.box_key, [row])
