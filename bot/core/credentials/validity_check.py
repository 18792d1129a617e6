"""Checking a credential's dates (VC 2.0, section 4.9; VC 1.1's names too)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.core.credentials.outcomes import Outcome, Verdict, failed, passed
from bot.core.credentials.times import SKEW, parse_timestamp

_FROM = ("validFrom", "issuanceDate")
_UNTIL = ("validUntil", "expirationDate")
_AWARDED = "awardedDate"
_A_DAY = timedelta(days=1)
_ANY_TIME = "0001-01-01T00:00:00Z"


def valid_from(document: Mapping[str, Any]) -> datetime | None:
    """Return when the credential becomes valid; None when it doesn't say so in a readable way."""
    moments = [parse_timestamp(document[name]) for name in _FROM if name in document]
    return max((moment for moment in moments if moment is not None), default=None)


def valid_until(document: Mapping[str, Any]) -> datetime | None:
    """Return when the credential expires; None when never, or when it is unreadable."""
    moments = [parse_timestamp(document[name]) for name in _UNTIL if name in document]
    return min((moment for moment in moments if moment is not None), default=None)


def validity(document: Mapping[str, Any], now: datetime, *, undated: bool = False) -> Verdict:
    """Judge the dates against `now`: a beginning in the future and an end in the past both fail.

    So does an award that is said to be of the future; and a document without a beginning, which Open Badges needs and
    other credentials do not (`undated`).
    """
    names = (*_FROM, *_UNTIL, _AWARDED)
    if undated and document.keys().isdisjoint(_FROM):
        document = {**document, _FROM[0]: _ANY_TIME}
    verdict = _judge(document, now, valid_from(document), valid_until(document), names)
    awarded = parse_timestamp(document.get(_AWARDED))
    if verdict.outcome is Outcome.PASSED and awarded is not None and awarded > now + SKEW:
        return failed("awarded-in-future", since=awarded.isoformat())
    return verdict


def between(document: Mapping[str, Any], now: datetime, starts: str, ends: str) -> Verdict:
    """Judge two dates by name, as OB 2.0 calls them."""
    return _judge(
        document, now, parse_timestamp(document.get(starts)), parse_timestamp(document.get(ends)), (starts, ends)
    )


def _judge(
    document: Mapping[str, Any], now: datetime, starts: datetime | None, ends: datetime | None, names: tuple[str, ...]
) -> Verdict:
    for name in names:
        if document.get(name) is not None and parse_timestamp(document[name]) is None:
            return failed("bad-date", field=name)
    if starts is None:
        return failed("no-date")
    if ends is not None and ends < starts:
        return failed("backwards")
    if starts > now + SKEW:
        since = starts.isoformat()
        # The day alone would say nothing where it is today.
        return failed("soon", since=since) if starts - now < _A_DAY else failed("not-yet", since=since)
    if ends is not None and ends <= now:
        return failed("expired", since=ends.isoformat())
    return passed() if ends is None else passed("until", until=ends.isoformat())
