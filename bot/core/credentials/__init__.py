"""Open Badges 3.0 and 2.0 made and checked: documents, keys, proofs, status lists, baking. No I/O, no clock."""

from bot.core.credentials.baking import MAX_PICTURE, OB2_KEYWORD, NotABadge, bake_png, unbake_png
from bot.core.credentials.baking_svg import bake_svg, unbake_svg
from bot.core.credentials.canonical import canonical_text
from bot.core.credentials.checks import verify, verify_endorsement
from bot.core.credentials.compiled import COMPILED, CompiledContexts, Path
from bot.core.credentials.dids import NotDidWeb, did_document, did_jwk, did_web, did_web_url
from bot.core.credentials.documents import (
    achievement_document,
    credential,
    endorsement_credential,
    profile_document,
)
from bot.core.credentials.facts import (
    Achievement,
    Alignment,
    Endorsement,
    Evidence,
    Identity,
    Image,
    Issuer,
    OpenBadge,
    Related,
    Result,
    ResultDescription,
    RevocationListEntry,
    RubricLevel,
    StatusEntry,
)
from bot.core.credentials.faults import Fault
from bot.core.credentials.fields import Unsignable
from bot.core.credentials.jose_keys import JwtSigner, P256Key, RsaKey
from bot.core.credentials.keys import (
    NotAKey,
    SigningKey,
    WrongMasterKey,
    public_key_from_multikey,
    seal,
    unseal,
)
from bot.core.credentials.ob2 import (
    Hosted,
    assertion_ob2,
    badge_class_ob2,
    issuer_ob2,
    legacy_assertion_ob2,
    revoked_assertion_ob2,
)
from bot.core.credentials.outcomes import GONE, NOT_OPENED, Check, CheckName, Fetch, Outcome, Unreachable
from bot.core.credentials.proofs import Suite, check_proof, sign
from bot.core.credentials.public_keys import thumbprint
from bot.core.credentials.rdf import UnsafeDocument
from bot.core.credentials.signing import BadgeSigner, as_json
from bot.core.credentials.status import (
    IndexBeyondList,
    NotAStatusList,
    bit_is_set,
    flip_bits,
    pack_bits,
    revocation_list,
    set_bits,
    status_list_credential,
    status_list_document,
)
from bot.core.credentials.vc_jwt import sign_jwt
from bot.core.credentials.verification import Verification, too_large

__all__ = [
    "COMPILED",
    "GONE",
    "MAX_PICTURE",
    "NOT_OPENED",
    "OB2_KEYWORD",
    "Achievement",
    "Alignment",
    "BadgeSigner",
    "Check",
    "CheckName",
    "CompiledContexts",
    "Endorsement",
    "Evidence",
    "Fault",
    "Fetch",
    "Hosted",
    "Identity",
    "Image",
    "IndexBeyondList",
    "Issuer",
    "JwtSigner",
    "NotABadge",
    "NotAKey",
    "NotAStatusList",
    "NotDidWeb",
    "OpenBadge",
    "Outcome",
    "P256Key",
    "Path",
    "Related",
    "Result",
    "ResultDescription",
    "RevocationListEntry",
    "RsaKey",
    "RubricLevel",
    "SigningKey",
    "StatusEntry",
    "Suite",
    "Unreachable",
    "UnsafeDocument",
    "Unsignable",
    "Verification",
    "WrongMasterKey",
    "achievement_document",
    "as_json",
    "assertion_ob2",
    "badge_class_ob2",
    "bake_png",
    "bake_svg",
    "bit_is_set",
    "canonical_text",
    "check_proof",
    "credential",
    "did_document",
    "did_jwk",
    "did_web",
    "did_web_url",
    "endorsement_credential",
    "flip_bits",
    "issuer_ob2",
    "legacy_assertion_ob2",
    "pack_bits",
    "profile_document",
    "public_key_from_multikey",
    "revocation_list",
    "revoked_assertion_ob2",
    "seal",
    "set_bits",
    "sign",
    "sign_jwt",
    "status_list_credential",
    "status_list_document",
    "thumbprint",
    "too_large",
    "unbake_png",
    "unbake_svg",
    "unseal",
    "verify",
    "verify_endorsement",
]
