"""HQ's web: public pages for shoppers (basket, article, unsubscribe) and the pages of those who work at HQ."""

from hq.web.app import create_app

__all__ = ["create_app"]
