"""The platforms, each in its own form."""

from hq.config_marketing import Destination
from hq.sending.adapters import Audience, Sales
from hq.sending.platforms.ga4 import Ga4
from hq.sending.platforms.google import Google
from hq.sending.platforms.meta import Meta
from hq.sending.platforms.meta_conversions import MetaConversions
from hq.sending.platforms.segment import Segment
from hq.sending.posting import Line

AUDIENCES: dict[str, type[Audience]] = {"meta": Meta, "google": Google}
SALES: dict[str, type[Sales]] = {"meta-conversions": MetaConversions, "ga4": Ga4, "segment": Segment}


def audience_of(destination: Destination, line: Line) -> Audience:
    return AUDIENCES[destination.platform](destination, line)


def sales_of(destination: Destination, line: Line) -> Sales:
    return SALES[destination.platform](destination, line)
