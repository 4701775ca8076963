"""How the box is, told to programs: figures for Prometheus, health for whoever asks, logs that follow a scan.

- `measures`: what is counted while the box runs          - `collector`: what is asked at the moment of the answer
- `machine`: disk, temperature, clock                     - `traces`: one id from the reader to HQ's receipt
- `state`: what HQ is told of the box                       - `reporting`: when it is told
- `vitals`: what has to make progress                     - `watch`: what shop and screens are given of it
"""

from edge.watching.collector import BoxCollector
from edge.watching.reporting import Reporter
from edge.watching.state import Telling
from edge.watching.watch import Watch

__all__ = ["BoxCollector", "Reporter", "Telling", "Watch"]
