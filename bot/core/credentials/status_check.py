"""Checking whether a credential was revoked or suspended: Bitstring Status List 1.0, and 1EdTech's own list."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.credentials.jws import NotAJws, read_jws
from bot.core.credentials.jwt_check import jwt_and_issuer
from bot.core.credentials.outcomes import Outcome, Unreachable, Verdict, failed, not_had, passed, unknown
from bot.core.credentials.proof_check import issuer_id, proof_and_issuer
from bot.core.credentials.remote import Remote
from bot.core.credentials.status import IndexBeyondList, NotAStatusList, bit_is_set, revocation_of
from bot.core.credentials.validity_check import validity
from bot.core.credentials.vc_jwt import CredentialJwt, credential_in

MAX_ENTRIES = 4
_IDS = "1EdTechRevocationList"
_BITS = "BitstringStatusListEntry"


def revocation(document: Mapping[str, Any], remote: Remote, now: datetime) -> Verdict:
    """Judge every entry of `credentialStatus` but those about suspension; without any it passes: "none".

    Whatever is wrong with the list, its host or its proof makes the answer unknown, never a pass or failure.
    """
    entries = [one for one in _entries(document) if not _is_suspension(one)]
    return _together([_revoked(one, document, remote, now) for one in entries])


def suspension(document: Mapping[str, Any], remote: Remote, now: datetime) -> Verdict:
    """Judge the entries of `credentialStatus` about suspension, as `revocation` does the others."""
    entries = [one for one in _entries(document) if _is_suspension(one)]
    return _together([_suspended(one, document, remote, now) for one in entries])


def _entries(document: Mapping[str, Any]) -> list[Any]:
    status = document.get("credentialStatus")
    return status if isinstance(status, list) else [] if status is None else [status]


def _is_suspension(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("statusPurpose") == "suspension"


def _together(verdicts: list[Verdict]) -> Verdict:
    if not verdicts:
        return passed("none")
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        for verdict in verdicts:
            if verdict.outcome is outcome:
                return verdict
    return verdicts[0]


def _revoked(entry: Any, document: Mapping[str, Any], remote: Remote, now: datetime) -> Verdict:
    if not isinstance(entry, dict):
        return unknown("bad-status")
    kind = entry.get("type")
    if kind in (_IDS, [_IDS]):
        return _listed(entry, document, remote)
    found = _bit("revocation", entry, document, remote, now)
    if isinstance(found, Verdict):
        return found
    return failed("revoked") if found else passed("not-revoked")


def _suspended(entry: Any, document: Mapping[str, Any], remote: Remote, now: datetime) -> Verdict:
    found = _bit("suspension", entry, document, remote, now)
    if isinstance(found, Verdict):
        return found
    return failed("suspended") if found else passed("not-suspended")


def _bit(
    purpose: str, entry: Mapping[str, Any], document: Mapping[str, Any], remote: Remote, now: datetime
) -> bool | Verdict:
    """Look the entry's bit up; or say why that can't be done."""
    if len(_entries(document)) > MAX_ENTRIES:
        return unknown("unsupported-status")
    kind = entry.get("type")
    if kind not in (_BITS, [_BITS]):
        return unknown("unsupported-status", type=str(kind)[:80])
    url, index = entry.get("statusListCredential"), _index(entry)
    if entry.get("statusSize", 1) != 1 or entry.get("statusPurpose") != purpose:
        return unknown("unsupported-status", type=str(entry.get("statusPurpose"))[:80])
    if not isinstance(url, str) or index is None:
        return unknown("bad-status")
    try:
        status_list, jwt = _fetched(url, remote)
    except Unreachable as error:
        return not_had(error, url=url)
    if trouble := _distrust(status_list, jwt, issuer_id(document), remote, now):
        return unknown(trouble, url=url)
    try:
        is_set = bit_is_set(status_list, index, purpose)
    except (NotAStatusList, IndexBeyondList):
        return unknown("bad-list", url=url)
    if not is_set and status_list.get("id") != url:
        # It may be another list of this issuer's. A set bit is believed all the same, an unset one is not.
        return unknown("another-list", url=url)
    return is_set


def _fetched(url: str, remote: Remote) -> tuple[dict[str, Any], CredentialJwt | None]:
    body = remote.body(url).removeprefix(BOM_UTF8).strip()
    if not body.startswith(b"eyJ"):
        return remote.json_object(url), None
    try:
        jwt = credential_in(read_jws(body.decode("latin-1")))
    except NotAJws as error:
        raise Unreachable(error.reason) from error
    return jwt.document, jwt


def _listed(entry: Mapping[str, Any], document: Mapping[str, Any], remote: Remote) -> Verdict:
    """Look the badge's id up in a list that isn't signed: its address, over https, is all it is believed for."""
    url = entry.get("id")
    if not isinstance(url, str):
        return unknown("bad-status")
    try:
        listed = remote.json_object(url)
        revoked = revocation_of(listed, document.get("id"))
    except Unreachable as error:
        return not_had(error, url=url)
    except NotAStatusList:
        return unknown("bad-list", url=url)
    if listed.get("issuer") != issuer_id(document):
        return unknown("list-of-another-issuer", url=url)
    if revoked is None:
        return passed("not-revoked") if listed.get("id") == url else unknown("another-list", url=url)
    return failed("revoked-because", why=revoked) if revoked else failed("revoked")


def _index(entry: Mapping[str, Any]) -> int | None:
    """Read the index: a string of digits, by the standard; some issuers write a number."""
    index = entry.get("statusListIndex")
    if isinstance(index, str) and index.isascii() and index.isdecimal() and len(index) < 12:
        return int(index)
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _distrust(
    status_list: Mapping[str, Any], jwt: CredentialJwt | None, issuer: str | None, remote: Remote, now: datetime
) -> str | None:
    """Say why this list can't be believed, as a code; None when it can."""
    kinds = status_list.get("type")
    if not isinstance(kinds, list) or "BitstringStatusListCredential" not in kinds:
        return "bad-list"
    if issuer is None or issuer_id(status_list) != issuer:
        return "list-of-another-issuer"
    proof = proof_and_issuer(status_list, remote, now) if jwt is None else jwt_and_issuer(jwt, remote, now)
    if not all(verdict.outcome is Outcome.PASSED for verdict in proof):
        return "list-not-proven"
    return None if validity(status_list, now, undated=True).outcome is Outcome.PASSED else "list-not-current"
