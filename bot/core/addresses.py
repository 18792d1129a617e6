"""Addresses in what somebody wrote: found, freed of the sentence around them, and made safe to sign."""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode

from bot.core.errors import EvidenceUnread

MOST_LINKS = 20
ADDRESS = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)


def links_in(text: str) -> list[str]:
    """Find the http(s) addresses in a text, without the punctuation after them, safe to sign as IRIs.

    >>> links_in("see https://example.org/a_(b), too.")
    ['https://example.org/a_(b)']
    """
    found = (percent_encode(trimmed(hit), safe="%/:?#[]@!$&'()*+,;=-._~") for hit in ADDRESS.findall(text))
    return list(dict.fromkeys(found))


def listed_links(text: str) -> list[str]:
    """Read what was given as addresses. Raises `EvidenceUnread` if anything else stands there, or too many."""
    words = text.split()
    if len(words) > MOST_LINKS or not all(map(ADDRESS.fullmatch, words)):
        raise EvidenceUnread(MOST_LINKS)
    return links_in(text)


def trimmed(url: str) -> str:
    """Take the sentence's punctuation off the end of an address; a bracket stays if it was opened inside."""
    url = url.rstrip(".,;:!?'’")  # noqa: RUF001
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?'’")  # noqa: RUF001
    return url
