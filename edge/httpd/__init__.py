"""The web server of a box and of HQ: cheroot, in which nobody takes the others' turn, and everybody learns why they
were refused."""

from edge.httpd.refusals import Refusals
from edge.httpd.server import IN_THE_OPEN, STAYS, HttpServer

__all__ = ["IN_THE_OPEN", "STAYS", "HttpServer", "Refusals"]
