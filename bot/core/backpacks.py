"""Open Badges 2.0 for older backpacks: hosted documents, made from what was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import credentials
from bot.core.issuing import achievement, profile
from bot.core.models import Award, BadgeVersion, Issuer
from bot.core.people import told_reasons
from bot.core.site import Site

Document = dict[str, Any]


class NotHosted(Exception):
    """Open Badges 2.0 cannot be had; `why` is "no-address", "no-contact", "no-email" or "suspended"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def assertion(site: Site, award: Award) -> Document:
    """Give an award's Assertion (OB 2.0, section 5.1), or what takes its place once revoked. Raises `NotHosted`.

    The standard knows no suspension: while one lasts, there is no assertion.
    """
    at = _at(site, award, site.award_ob2(award.id))
    if award.revoked_at is not None:
        return _taken_back(award, at)
    return credentials.assertion_ob2(_signed(site, award), at)


def legacy_assertion(site: Site, award: Award) -> Document:
    """Give the hybrid that older validators take. Raises `NotHosted`, for who has bound no e-mail address too."""
    at = _at(site, award, site.award_ob2(award.id, legacy=True))
    if award.revoked_at is not None:
        return _taken_back(award, at)
    badge = _signed(site, award)
    if not badge.identities:
        raise NotHosted("no-email")
    return credentials.legacy_assertion_ob2(badge, at)


def badge_class(site: Site, version: BadgeVersion) -> Document:
    """Give one version of a badge class as a BadgeClass (OB 2.0, section 5.2). Raises `NotHosted`."""
    at = _hosted(site, version, version.badge.issuer, "")
    criteria = f"{site.badge_page(version.id)}#criteria"
    return credentials.badge_class_ob2(replace(achievement(site, version), criteria_url=criteria), at)


def issuer_profile(site: Site, issuer: Issuer) -> Document:
    """Give an issuer's Profile (OB 2.0, section 5.3). Raises `NotHosted`."""
    _check(site)
    here = site.issuer_ob2(issuer.id)
    return credentials.issuer_ob2(
        replace(profile(site, issuer), email=site.contact), credentials.Hosted(here, here, here)
    )


def _taken_back(award: Award, at: credentials.Hosted) -> Document:
    [why] = told_reasons(award.issuer, [award])
    return credentials.revoked_assertion_ob2(at, why or None)


def _check(site: Site) -> None:
    if not site.public:
        raise NotHosted("no-address")
    if not site.contact:
        raise NotHosted("no-contact")  # OB 2.0 asks for the issuer's e-mail address


def _at(site: Site, award: Award, address: str) -> credentials.Hosted:
    at = replace(_hosted(site, award.version, award.issuer, address), image=site.award_png(award.id))
    if award.suspended:
        raise NotHosted("suspended")
    return at


def _hosted(site: Site, version: BadgeVersion, issuer: Issuer, address: str) -> credentials.Hosted:
    _check(site)
    return credentials.Hosted(address, site.badge_ob2(version.id), site.issuer_ob2(issuer.id))


def _signed(site: Site, award: Award) -> credentials.OpenBadge:
    """Read an award's facts from its newest signature: names that were taken out of it stay out, and salts stay."""
    signed = json.loads(award.current)
    subject = signed["credentialSubject"]
    return credentials.OpenBadge(
        id=signed["id"],
        issuer=profile(site, award.issuer),
        achievement=achievement(site, award.version),
        recipient=subject["id"],
        valid_from=datetime.fromisoformat(signed["validFrom"]),
        valid_until=datetime.fromisoformat(signed["validUntil"]) if "validUntil" in signed else None,
        awarded=award.awarded_at,
        narrative=subject.get("narrative"),
        identities=tuple(
            credentials.Identity(one["identityType"], one["identityHash"], one["hashed"], one.get("salt"))
            for one in subject.get("identifier", ())
        ),
        evidence=tuple(
            credentials.Evidence(
                one.get("id"), one.get("name"), one.get("narrative"), one.get("description"), one.get("genre")
            )
            for one in signed.get("evidence", ())
        ),
    )
