"""The public pages and documents: an entrance only, which asks the core and never posts anything."""

from bot.web.application import Served, build

__all__ = ["Served", "build"]
