"""The pages of those who work at HQ. Until there is a sign-in they answer this machine alone."""

from hq.web.staff.views import blueprint

__all__ = ["blueprint"]
