"""ActionEnded: what somebody at HQ asked of a box is done, or could not be."""

from edge.domain.events import ActionEnded
from hq.fleet import acting
from hq.projection.scene import Scene

LONGEST = 200
"""Characters of a reason."""


def ended(scene: Scene, event: ActionEnded) -> None:
    """One that HQ never asked for, or of another store, changes nothing."""
    why = event.why[:LONGEST].replace("\0", "\ufffd")
    acting.ended(scene.connection, scene.store, event.action, done=event.done, why=why, at=scene.received)
