"""The published corpus: every badge of 1EdTech's public validator against what must come out of its checks."""

import json

import pytest
from credentials_samples import NOW, VECTORS, Web, load
from test_credentials_checks import BAD_SHAPE, UNSUPPORTED, check, forged, stopped

from bot.core.credentials import CheckName, Outcome, did_document, did_web_url, verify, verify_endorsement
from bot.core.credentials.reading import read_badge

FOLDER = VECTORS / "1edtech"
KEYS = [
    "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
    "z6MkrvfzkMnvCroEUP2DVc9SHPE48CRsvHiVSusHioxTYu1x",
    "z6Mknyb2Gb4NxzW3xSr9ChTtdQZ1zs77piQ3r9SaJ9vMzmrs",
    "z6MknNHHrBzPytzu6CUBP9Lg7fg4KSBjzimc2Frh693YbMiv",
    "z6MkoMGF38Ck9xkdqrbZt4h9eHb1qc3GhAAkoSWa4Vy3SHRN",
    "z6MkmQ49FhpMN7V11B7Qzc6WC6Q3ymVW4xmHUsHBR2MWMMo1",
]
ISSUERS = [
    "https://example.com/issuers/876543",
    "https://1edtech.edu/issuers/565049",
    "https://example.edu/issuers/565049",
    "https://state.gov/issuers/565049",
    "did:web:dc.1edtech.org:wellspring2022:wellspring-portal:org:da1e96e9-afcc-4eed-b9a2-2ddf7353214c",
]
LIST = (
    "https://raw.githubusercontent.com/1EdTech/digital-credentials-public-validator/refs/heads/main/"
    "inspector-vc/src/test/resources/ob30/bit-string-list/testlist"
)
IDS = "https://1edtech.edu/credentials/3732/revocations"
IDS_2 = "https://dc.1edtech.org/wellspring2022/wellspring-portal/api/revocations/da1e96e9-afcc-4eed-b9a2-2ddf7353214c"
REVOKED = "https://dc.1edtech.org/wellspring2022/wellspring-portal/credential/54418d3f-ec01-4652-800a-861c890a51a1"


def https(url: str) -> str:
    return url.replace("http://", "https://", 1)


def published_web() -> Web:
    """The web as the corpus wants it: issuers with every published key, lists, and older badges' documents.

    The JWK in `simple-jwt.svg` is left out: that badge is by a key that no issuer lists.
    """
    web = Web()
    jwts = [read_badge((FOLDER / name).read_bytes()).jwt for name in ("simple-jwt.png", "simple-jwt_v1.png")]
    jwks = [jwt.jws.header["jwk"] for jwt in jwts if jwt is not None]
    for issuer in ISSUERS:
        document = did_document(issuer, KEYS, jwks=jwks)
        web.serve(did_web_url(issuer) if issuer.startswith("did:") else issuer, document)
    web.serve(LIST, load("1edtech/bitstring-list.json"))
    web.serve(IDS, {"id": IDS, "issuer": ISSUERS[1], "revokedCredentials": []})
    entry = {"id": REVOKED, "revoked": True, "revocationReason": "Test"}
    web.serve(IDS_2, {"id": IDS_2, "issuer": ISSUERS[-1], "revokedCredentials": [entry]})
    for path in (FOLDER / "ob20/assets").glob("*.json"):
        document = json.loads(path.read_bytes())
        if "id" in document:
            web.serve(https(document["id"]), document)
        web.setdefault(f"https://example.org/{path.name}", path.read_bytes())
    return web


def web_for(name: str) -> Web:
    """Each older assertion is hosted at the address it gives; many share one."""
    web = published_web()
    if name.startswith("ob20/") and name.endswith(".json"):
        try:
            document = json.loads((FOLDER / name).read_bytes())
        except ValueError:
            return web
        web.serve(https(document["id"]), document)
    elif name == "ob20/simple-badge.png":
        document = load("1edtech/ob20/basic-assertion.json")
        web.serve(document["id"], document)
    return web


NOT_OURS = stopped("failed", "not-an-open-badge")
NO_METHOD = {"proof": ("unknown", "unsupported-method"), "issuer": ("unknown", "unsupported-method")}
OLDER = {"schema": ("unknown", "older-data-model")}
ANOTHER = {"issuer": ("unknown", "another-document")}

CORPUS: dict[str, dict[str, tuple[str, str]]] = {
    "simple.json": {},
    "simple-json.png": {},
    "simple-json.svg": {},
    "simple-context-alias.json": {},
    "simple-context-version.json": {},
    "simple-did-web-method.json": {},
    "simple-multiple-proofs.json": {},
    "complete.json": {},
    "bitstring-revoked.json": {"revocation": ("failed", "revoked")},
    "bitstring-revoked-blank-nodes.json": {"revocation": ("failed", "revoked")},
    # Signed by a key that is nobody's: its issuer is a UUID, which no key can belong to.
    "simple-did-key-method.json": {"issuer": ("failed", "not-the-issuers-key")},
    "simple-err-context.json": stopped("failed", "not-a-credential"),
    "simple-err-type.json": NOT_OURS,
    "simple-err-expired.json": {"validity": ("failed", "expired")},
    "simple-err-issued.json": BAD_SHAPE | {"validity": ("failed", "not-yet")},
    "simple-err-issuer.json": BAD_SHAPE | {"issuer": ("failed", "no-issuer")},
    "simple-err-proof-value.json": forged("bad-signature"),
    "simple-err-proof-method.json": forged("key-not-listed"),
    "simple-err-proof-method-no-scheme.json": NO_METHOD,
    "simple-err-proof-method-unknown-scheme.json": NO_METHOD,
    "simple-err-proof-method-unknown-did-method.json": NO_METHOD,
    "simple-err-credential-subject-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-err-credential-subject-identifier-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-err-credential-subject-profile-type.json": forged("undefined-term"),
    "simple-err-credential-subject-result-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-err-credential-subject-achievement-result-description-type.json": forged("undefined-term"),
    "simple-err-evidence-type.json": forged("undefined-term"),
    "simple-err-issuer-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-err-issuer-parentorg-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-err-issuer-otheridentifier-type.json": BAD_SHAPE | forged("undefined-term"),
    "simple-noproof.json": OLDER | forged("no-proof") | {"issuer": ("unknown", "no-proof")},
    "simple-eddsa-2022.json": UNSUPPORTED,
    "simple_v1.json": {},
    "credential-status-revoked.json": {"revocation": ("failed", "revoked-because")},
    "complete_v1.json": OLDER | forged("key-not-listed") | {"validity": ("failed", "expired")},
    "derivedcredential.json": UNSUPPORTED,
    "endorsement-valid.json": NOT_OURS,
    "endorsement-err-schema-status-refresh.json": NOT_OURS,
    "bitstring-list.json": NOT_OURS,
    # It names no key, and none that its issuer lists made this signature.
    "simple.jwt": OLDER | forged("bad-signature"),
    "simple-jwt.png": {},
    "simple-jwt.svg": {"issuer": ("failed", "unlisted-key")},
    "simple-jwt_v1.png": {},
    "simple-jwt_v1.svg": {},
    "velocity.jwt": NO_METHOD | {"revocation": ("unknown", "unsupported-status")},
    "ob20/basic-assertion.json": {},
    "ob20/basic-assertion-with-language.json": {},
    "ob20/basic-assertion-no-public-key.json": {},
    "ob20/assertion-with-data-image.json": {},
    "ob20/assertion-with-endorsements.json": {},
    "ob20/assertion-with-extension-node-basic.json": {},
    "ob20/assertion-with-extension-node-invalid.json": {},
    "ob20/assertion-with-multiple-extensions.json": {},
    "ob20/basic-assertion-expired.json": {"validity": ("failed", "expired")},
    "ob20/basic-assertion-expired-before-issued.json": {"validity": ("failed", "backwards")},
    "ob20/basic-assertion-in-future.json": {"validity": ("failed", "not-yet")},
    "ob20/basic-assertion-invalid-context.json": stopped("failed", "not-a-credential"),
    "ob20/basic-assertion-invalid-type.json": stopped("failed", "not-an-assertion"),
    "ob20/badge-class-with-language.json": stopped("failed", "not-an-assertion"),
    "ob20/issuer-compact-iri-validation.json": stopped("failed", "not-an-assertion"),
    "ob20/redirected-validation-subject.json": stopped("failed", "not-json"),
    # What is found at the badge class's address calls itself by another one.
    "ob20/basic-assertion-with-allowed-origins.json": ANOTHER,
    "ob20/basic-assertion-with-allowed-origins-valid-starts-with.json": ANOTHER,
    "ob20/basic-assertion-with-allowed-origins-valid-multiple-starts-with.json": ANOTHER,
    "ob20/basic-assertion-with-allowed-origins-invalid-starts-with.json": ANOTHER,
    "ob20/basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json": ANOTHER,
    "ob20/warning-issuer-non-http.json": ANOTHER,
    "ob20/warning-with-redirection.json": ANOTHER,
    "ob20/simple-badge.png": {},
    "ob20/simple.jwt": {},
    "ob20/simple-not-revoked.jwt": {},
    "ob20/simple-revoked.jwt": {"revocation": ("failed", "revoked-because")},
}


def test_the_corpus_is_whole() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.parent.name != "assets"}
    assert files == set(CORPUS)


@pytest.mark.parametrize("name", CORPUS)
def test_published_badge(name: str) -> None:
    assert check((FOLDER / name).read_bytes(), web_for(name)) == CORPUS[name]


@pytest.mark.parametrize("name", [name for name, expected in CORPUS.items() if not expected])
def test_published_badge_offline_is_unknown_and_never_failed_or_good(name: str) -> None:
    """A remote that doesn't answer leaves the badge neither valid nor invalid."""
    result = verify((FOLDER / name).read_bytes(), fetch=Web(), now=NOW)
    outcomes = {one.name: one.outcome for one in result.checks}
    assert outcomes[CheckName.ISSUER] is Outcome.UNKNOWN
    assert Outcome.FAILED not in outcomes.values()
    assert not result.holds


ENDORSEMENTS: dict[str, dict[str, tuple[str, str]]] = {
    "endorsement-valid.json": {},
    "endorsement-err-schema-status-refresh.json": forged("bad-signature"),
    "simple.json": stopped("failed", "not-an-endorsement"),
    "ob20/simple.jwt": stopped("failed", "not-an-endorsement"),
    "simple-json.svg": stopped("failed", "not-an-endorsement"),
}


@pytest.mark.parametrize("name", ENDORSEMENTS)
def test_published_endorsement(name: str) -> None:
    result = verify_endorsement((FOLDER / name).read_bytes(), fetch=published_web(), now=NOW)
    troubles = {one.name.value: (one.outcome.value, one.reason) for one in result.checks}
    assert {name: one for name, one in troubles.items() if one[0] != "passed"} == ENDORSEMENTS[name]
