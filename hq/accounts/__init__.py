"""Who works at HQ: accounts and what each may do (`roles`), their passwords (`passwords`), and being signed in
(`sessions`).

As long as there is no account, HQ's own pages answer this machine alone, and everybody at it. With the first account
they ask everybody who it is.
"""

from hq.accounts.accounts import Account, accounts, add, end, give_roles, renew, signed_in
from hq.accounts.roles import ROLES, may

__all__ = ["ROLES", "Account", "accounts", "add", "end", "give_roles", "may", "renew", "signed_in"]
