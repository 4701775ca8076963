"""From one release of Tote to the next on a box, and back again by itself where that one is not well.

`releases`   folders that are whole, and a link that says which one runs, turned at one stroke
`trial`      the steps, each of which may be the last one for now: whoever comes next goes on from what was noted
`carrying`   the way back of a database that the newer release has changed: no event is lost
`judging`    whether the box that runs now is well
`service`    how the box is stopped and started

The release that was there before drives, whatever the new one is like.
"""

from edge.upgrading.errors import UpgradeError
from edge.upgrading.releases import Releases
from edge.upgrading.trial import Outcome, Upgrade

__all__ = ["Outcome", "Releases", "Upgrade", "UpgradeError"]
