"""The screens: a Flask application over `edge.shop`. Views parse, call one use case and render."""

from kiosk.app import create_app

__all__ = ["create_app"]
