"""What HQ publishes by itself: nobody sits there to read what is to be said of the version, so its log says it."""

import logging
from typing import TYPE_CHECKING

from edge.catalogue import Version
from hq.feeds.publish import publish
from hq.feeds.remarks import remarks

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)


def publish_unasked(hq: "Hq", *, note: str) -> None:
    with hq.engine.connect() as connection:
        head = publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), note=note)
    if head is None:
        return
    with hq.reading() as connection:
        said = remarks(connection, Version(head.epoch, head.n))
    log.info("version %s.%s is published: %s", head.epoch, head.n, note)
    for remark in said:
        log.warning("version %s.%s: %s", head.epoch, head.n, remark)
