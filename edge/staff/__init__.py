"""Who works here: the members of staff that this box knows, their badges and their PINs."""

from edge.staff.pins import BadPinError, check_pin
from edge.staff.roster import Member, Roster, RosterError

__all__ = ["BadPinError", "Member", "Roster", "RosterError", "check_pin"]
