"""Words for the named checks of a badge: what each is called, and what came out, without jargon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.core.credentials import Check, Outcome
from bot.core.words.saying import day, hour, plain

FORMAT, SCHEMA, PROOF, ISSUER, REVOCATION = "format", "schema", "proof", "issuer", "revocation"
SUSPENSION, VALIDITY, RECIPIENT, EVIDENCE = "suspension", "validity", "recipient", "evidence"
ENDORSEMENTS = "endorsements"

TITLES: dict[str, str] = {
    FORMAT: "Format",
    SCHEMA: "Standard",
    PROOF: "Signature",
    ISSUER: "Issuer",
    REVOCATION: "Revocation",
    SUSPENSION: "Suspension",
    VALIDITY: "Dates",
    RECIPIENT: "Recipient",
    EVIDENCE: "Evidence",
    ENDORSEMENTS: "Endorsements",
}

PASSED: dict[tuple[str, str], str] = {
    (FORMAT, "json"): "This is an Open Badges 3.0 credential.",
    (FORMAT, "jwt"): "This is an Open Badges 3.0 credential.",
    (FORMAT, "png"): "This picture carries an Open Badges 3.0 credential.",
    (FORMAT, "svg"): "This picture carries an Open Badges 3.0 credential.",
    (FORMAT, "ob2"): "This is an Open Badge of the standard's older edition (2.0).",
    (SCHEMA, "ob2"): "It has every part that the Open Badges 2.0 standard asks for.",
    (SCHEMA, "older"): "It has every part that the Open Badges 3.0 standard asks for, under their older names.",
    (SCHEMA, "ok"): "It has every part that the Open Badges 3.0 standard asks for.",
    (PROOF, "ok"): "The digital signature is genuine ({suite}), and nothing was changed since it was signed.",
    (PROOF, "hosted"): "It stands unchanged at the address that it names.",
    (ISSUER, "ok"): "It was signed with a key that belongs to the issuer it names.",
    (REVOCATION, "not-revoked"): "The issuer has not taken it back.",
    (REVOCATION, "none"): "Nothing says that it was taken back; it names no list of revoked badges.",
    (SUSPENSION, "not-suspended"): "The issuer has not suspended it.",
    (SUSPENSION, "none"): "Nothing says that it was suspended; it names no list of suspended badges.",
    (VALIDITY, "ok"): "It is valid today and does not expire.",
    (VALIDITY, "until"): "It is valid today, and until {until}.",
    (RECIPIENT, "not-asked"): "Not compared with anybody, since nobody was named.",
    (RECIPIENT, "match"): "It was given to the person named.",
    (EVIDENCE, "none"): "It carries no evidence.",
    (EVIDENCE, "text"): "Its evidence can be read on the spot.",
    (ENDORSEMENTS, "none"): "Nobody else vouches for it inside it.",
    (ENDORSEMENTS, "endorsed"): "Others vouch for it: all of its endorsements hold ({count}).",
    (ENDORSEMENTS, "endorsed-in-part"): (
        "Others vouch for it: {passed} of its endorsements hold ({count} in all), the rest could not be checked."
    ),
    (ENDORSEMENTS, "endorsed-falsely"): (
        "Of its endorsements ({count}), {failed} do not hold; that says nothing against the badge itself."
    ),
    (ENDORSEMENTS, "not-looked-at"): "It names endorsements, which are not looked at in this older edition.",
    (EVIDENCE, "links"): "Its evidence has ordinary web addresses, which can be opened.",
}

_PICTURE_DAMAGED = "The picture is damaged, so no badge can be read from it."
_DIFFERENTLY = "Programs could read this document in several ways, so nothing is sure to be signed ({where})."
_KEY_UNFIT = "The issuer's key for this signature is not written down in a way that can be trusted."

FAILED: dict[tuple[str, str], str] = {
    (FORMAT, "not-a-png"): "The file is no PNG picture.",
    (FORMAT, "not-an-svg"): "The file is no SVG picture.",
    (FORMAT, "damaged"): _PICTURE_DAMAGED,
    (FORMAT, "not-recognised"): "The file is neither a badge nor a picture with a badge inside.",
    (FORMAT, "truncated"): "The file ends too early; some of it is missing.",
    (FORMAT, "bad-checksum"): _PICTURE_DAMAGED,
    (FORMAT, "bad-compression"): _PICTURE_DAMAGED,
    (FORMAT, "bad-text"): "The text of the badge is damaged.",
    (FORMAT, "too-large"): "The file is far larger than any badge.",
    (FORMAT, "too-deep"): "The file is far more deeply nested than any badge.",
    (FORMAT, "no-credential"): "There is no badge inside this picture.",
    (FORMAT, "several-credentials"): "There are several different badges inside this picture.",
    (FORMAT, "entities"): "The picture holds parts that a badge must not have.",
    (FORMAT, "not-a-jwt"): "The text looks like a badge (JWT), but cannot be read.",
    (FORMAT, "not-json"): "The badge's document cannot be read.",
    (FORMAT, "bad-encoding"): "The badge's text is not written in UTF-8.",
    (FORMAT, "bad-number"): "The badge's document holds a number that is too large to be meant.",
    (FORMAT, "a-list"): "The document is a list of things, and no badge.",
    (FORMAT, "nothing-presented"): "The document presents somebody's badges, but there is none in it.",
    (FORMAT, "several-presented"): "The document presents several badges at once: check them one by one.",
    (FORMAT, "older-edition"): "The badge is of an edition older than Open Badges 2.0, which Laurel does not check.",
    (FORMAT, "duplicate-key"): "The badge's document says two things in one place.",
    (FORMAT, "not-a-credential"): "The document is no verifiable credential.",
    (FORMAT, "not-an-open-badge"): "The document is a verifiable credential, but no Open Badge.",
    (FORMAT, "not-an-assertion"): "The document is of Open Badges 2.0, but says of nobody that they earned a badge.",
    (FORMAT, "not-an-endorsement"): "The document is no endorsement.",
    (SCHEMA, "wrong-shape"): "Something is not as the standard asks (at {path}).",
    (PROOF, "no-proof"): "It carries no signature.",
    (PROOF, "bad-proof"): "Its signature is not written as the standard asks.",
    (PROOF, "wrong-purpose"): "Its signature was made for another purpose than giving badges.",
    (PROOF, "proof-expired"): "Its signature has run out.",
    (PROOF, "made-in-future"): "Its signature says that it was made in the future.",
    (PROOF, "claims-differ"): "It says one thing outside and another inside ({where}).",
    (PROOF, "bad-signature"): "The signature does not fit: the badge was changed after signing or is forged.",
    (PROOF, "bad-method"): _KEY_UNFIT,
    (PROOF, "bad-key"): _KEY_UNFIT,
    (PROOF, "key-not-listed"): "The issuer does not list the key that it was signed with.",
    (PROOF, "key-not-for-badges"): "The issuer does not use the key that it was signed with for badges.",
    (PROOF, "key-revoked"): "The issuer has withdrawn the key that it was signed with.",
    (PROOF, "key-expired"): "It was signed with a key that had run out.",
    (PROOF, "undefined-term"): "A part of it is not covered by the signature ({where}).",
    (PROOF, "relative-iri"): _DIFFERENTLY,
    (PROOF, "bad-iri"): _DIFFERENTLY,
    (PROOF, "blank-id"): _DIFFERENTLY,
    (PROOF, "bad-language"): _DIFFERENTLY,
    (PROOF, "keyword"): _DIFFERENTLY,
    (PROOF, "not-a-term"): _DIFFERENTLY,
    (PROOF, "bad-number"): _DIFFERENTLY,
    (PROOF, "repeated-root"): _DIFFERENTLY,
    (PROOF, "bad-text"): "It holds text that cannot be signed.",
    (PROOF, "json-ld"): "Its document cannot be read as the standard asks, so nothing is sure to be signed.",
    (PROOF, "too-deep"): "Its document is far more deeply nested than any badge.",
    (PROOF, "hosted-gone"): "The issuer has taken it away from the address that it names.",
    (PROOF, "hosted-differs"): "The document at the address that it names says something else ({where}).",
    (ISSUER, "outside-scope"): "It stands at an address that {issuer} does not vouch for.",
    (ISSUER, "not-the-issuers-key"): "It names {issuer} as its issuer, but {controller} signed it.",
    (ISSUER, "unlisted-key"): "It names {issuer} as its issuer, but a key that this one does not list signed it.",
    (ISSUER, "no-issuer"): "It does not name its issuer properly.",
    (REVOCATION, "revoked"): "The issuer has taken it back. It no longer counts.",
    (REVOCATION, "revoked-because"): "The issuer has taken it back. It no longer counts. The reason: {why}",
    (REVOCATION, "suspended"): "The issuer has suspended it. It does not count at present.",
    (SUSPENSION, "suspended"): "The issuer has suspended it. It does not count at present.",
    (VALIDITY, "bad-date"): "One of its dates cannot be read ({field}).",
    (VALIDITY, "no-date"): "It does not say from when on it is valid.",
    (VALIDITY, "backwards"): "It would end before it begins.",
    (VALIDITY, "not-yet"): "It is not valid before {since}.",
    (VALIDITY, "soon"): "It is not valid before {at}.",
    (VALIDITY, "awarded-in-future"): "It says that it was given on {since}, which is yet to come.",
    (VALIDITY, "expired"): "It expired on {since}.",
    (RECIPIENT, "another-recipient"): "It was given to somebody else than the person named.",
    (EVIDENCE, "unsafe-link"): "Its evidence has an address that had better not be opened ({url}).",
}

# Why nothing, or not even the signature, could be looked at: every check may end like this.
UNKNOWN_ANYWHERE: dict[str, str] = {
    "not-a-badge": "Not checked, since no badge could be read.",
    "jwt-not-supported": "This badge is of a kind (JWT) that Laurel does not check yet.",
    "open-badges-2-not-supported": "This badge is of an older kind (2.0) that Laurel does not check yet.",
    "no-proof": "Not checked, since there is no signature.",
    "proof-failed": "Not checked, since the signature does not hold.",
    "too-many-proofs": "It carries more signatures than Laurel checks.",
    "unsupported-proof": "It is signed in a way that Laurel does not check ({type}).",
    "hosted-unreachable": "The address that it names could not be reached just now.",
    "another-document": "The address of its issuer, or of its badge, leads to something else.",
    "issuer-unreachable": "The issuer's own document could not be reached just now.",
    "unreachable": "The issuer's key could not be looked up just now.",
    "not-opened": "It points to an address that Laurel does not open.",
    "unsupported-method": "The issuer publishes its key in a way that Laurel does not know.",
    "unsupported-key": "The issuer's key is of a kind that Laurel does not know.",
    "no-key-named": "Its signature does not say which key it was made with.",
    "no-keys": "The issuer's page lists no keys to compare with.",
    "unknown-context": "It uses words of a vocabulary that Laurel does not know ({where}).",
    "inline-context": "It brings its own vocabulary, which Laurel does not rely on.",
    "json-literal": "A part of it is written in a way that Laurel does not check.",
    "too-complex": "Its document is too intricate to check.",
    "too-large": "Its document is too large to check.",
}

UNKNOWN: dict[tuple[str, str], str] = {
    (SCHEMA, "older-data-model"): "It is of the standard's older edition, and not quite as the newer one asks.",
    (SCHEMA, "too-deep"): "Its document is too deeply nested to check.",
    (RECIPIENT, "no-identity"): "It does not say to whom it was given in a way that can be compared.",
    # Why a list of revoked, or of suspended, badges was of no use.
    (REVOCATION, "unreachable"): "The issuer's list of badges taken back could not be reached just now.",
    (REVOCATION, "not-opened"): "Its list of badges taken back is at an address that Laurel does not open.",
    (REVOCATION, "unsupported-status"): "Its list of badges taken back is of a kind that Laurel does not know.",
    (REVOCATION, "bad-status"): "It does not say properly where its list of badges taken back is.",
    (REVOCATION, "bad-list"): "The issuer's list of badges taken back cannot be read.",
    (REVOCATION, "another-list"): "The list of badges taken back that was found there is not the one it names.",
    (REVOCATION, "list-of-another-issuer"): "The list of badges taken back that it names belongs to another issuer.",
    (REVOCATION, "list-not-proven"): "The issuer's list of badges taken back is not properly signed.",
    (REVOCATION, "list-not-current"): "The issuer's list of badges taken back is not of today.",
    (SUSPENSION, "unreachable"): "The issuer's list of suspended badges could not be reached just now.",
    (SUSPENSION, "not-opened"): "Its list of suspended badges is at an address that Laurel does not open.",
    (SUSPENSION, "unsupported-status"): "Its list of suspended badges is of a kind that Laurel does not know.",
    (SUSPENSION, "bad-status"): "It does not say properly where its list of suspended badges is.",
    (SUSPENSION, "bad-list"): "The issuer's list of suspended badges cannot be read.",
    (SUSPENSION, "another-list"): "The list of suspended badges that was found there is not the one it names.",
    (SUSPENSION, "list-of-another-issuer"): "The list of suspended badges that it names belongs to another issuer.",
    (SUSPENSION, "list-not-proven"): "The issuer's list of suspended badges is not properly signed.",
    (SUSPENSION, "list-not-current"): "The issuer's list of suspended badges is not of today.",
}

FALLBACKS: dict[Outcome, str] = {
    Outcome.PASSED: "This check was made, and holds.",
    Outcome.FAILED: "This check was made, and does not hold ({reason}).",
    Outcome.UNKNOWN: "This could not be checked ({reason}).",
}

# What stands for a fact that a badge leaves out.
_UNSAID: dict[str, str] = {
    "count": "several",
    "failed": "some",
    "passed": "some",
    "controller": "somebody else",
    "field": "unnamed",
    "issuer": "nobody",
    "path": "its beginning",
    "suite": "of an unnamed kind",
    "type": "of an unnamed kind",
    "url": "an empty one",
    "where": "somewhere",
    "why": "none was given",
}
_LONGEST = 200


def title(check: Check, lang: str) -> str:
    """Name a check."""
    return plain(lang, TITLES.get(check.name.value, check.name.value.capitalize()))


def sentence(check: Check, lang: str) -> str:
    """Say in one plain sentence what came out of a check."""
    message = _message(check) or FALLBACKS[check.outcome]
    told = {name: " ".join(check.facts.get(name, "").split())[:_LONGEST] for name in _UNSAID}
    facts = {name: fact or plain(lang, _UNSAID[name]) for name, fact in told.items()}
    facts["since"] = _written(check.facts.get("since", ""), lang, day)
    facts["at"] = _written(check.facts.get("since", ""), lang, hour)
    facts["until"] = _written(check.facts.get("until", ""), lang, day)
    return plain(lang, message, reason=check.reason, **facts)


def _written(moment: str, lang: str, write: Callable[[str, datetime], str]) -> str:
    try:
        return write(lang, datetime.fromisoformat(moment))
    except (ValueError, OverflowError):  # none, or one at the very edge of the calendar
        return moment


def _message(check: Check) -> str | None:
    name, reason = check.name.value, check.reason
    match check.outcome:
        case Outcome.PASSED:
            return PASSED.get((name, reason))
        case Outcome.FAILED:
            return FAILED.get((name, reason))
        case Outcome.UNKNOWN:
            known = UNKNOWN.get((name, reason)) or UNKNOWN_ANYWHERE.get(reason)
            # Whose key it is may stay unknown for what is wrong with the key.
            return known or FAILED.get((PROOF, reason))
