"""How browsers on the shop's network are served over https: tablets give their camera and NFC to secure pages only.

names     what browsers open this box under
folder    key, certificate and authority on the disk; the box's own authority where HQ can't vouch for it
sources   HQ's certificate, renewed long before it ends, or the shop's own
keeper    what is shown at this moment
"""

from edge.tls.folder import Folder, TlsError, Vouched
from edge.tls.keeper import Keeper
from edge.tls.sources import keeper_for

__all__ = ["Folder", "Keeper", "TlsError", "Vouched", "keeper_for"]
