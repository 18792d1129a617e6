"""Checking that evidence is a link to open, or a text: nothing is fetched, and nothing else may be clicked."""

import re
from typing import Any

from bot.core.credentials.outcomes import Verdict, failed, passed

_LINK = re.compile(r"https?://[^\s<>\"]+", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"(urn|did|tag|_):", re.ASCII | re.IGNORECASE)


def evidence(value: Any) -> Verdict:
    """Judge `evidence` of either standard: "none", "text" or "links" pass, any other kind of address fails."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    addresses = [one.get("id") if isinstance(one, dict) else one for one in listed]
    links = [one for one in addresses if one is not None and not (isinstance(one, str) and _NAME.match(one))]
    for link in links:
        if not isinstance(link, str) or not _LINK.fullmatch(link):
            return failed("unsafe-link", url=str(link)[:200])
    if links:
        return passed("links", url=str(links[0])[:200])
    return passed("text" if listed else "none")
