"""Badges as JWT: PyJWT agrees with what is signed, and nothing cheats its way through."""

import contextlib
import copy
import dataclasses
import json
from collections.abc import Callable
from typing import Any

import jwt as judge
import pytest
from credentials_samples import AWARDED, BADGE, DID, KEY, LIST, NOW, Web, school_web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from test_credentials_baking import PLAIN
from test_credentials_checks import check, forged, paths

from bot.core.credentials import (
    CheckName,
    JwtSigner,
    NotAKey,
    P256Key,
    RsaKey,
    UnsafeDocument,
    Unsignable,
    bake_png,
    bake_svg,
    credential,
    did_document,
    did_web_url,
    seal,
    sign_jwt,
    status_list_credential,
    unseal,
    verify,
)
from bot.core.credentials.jws import NotAJws, make_jws, read_jws
from bot.core.credentials.keys import SigningKey
from bot.core.credentials.multibase import base64url_encode
from bot.core.credentials.public_keys import key_from_jwk, key_from_multikey, key_from_pem, thumbprint

P256 = P256Key.generate()
RSA = RsaKey.generate(2048)
SIGNERS: dict[str, Any] = {"EdDSA": KEY, "ES256": P256, "RS256": RSA}
DOCUMENT = credential(BADGE)


def jwt_web() -> Web:
    web = school_web()
    web.serve(did_web_url(DID), did_document(DID, [KEY.multikey, P256.multikey], jwks=[RSA.jwk]))
    return web


def signed_with(name: str, document: dict[str, Any] | None = None) -> str:
    key = SIGNERS[name]
    return sign_jwt(document or DOCUMENT, key, key.verification_method(DID))


def claimed(change: Callable[[dict[str, Any], dict[str, Any]], Any], key: JwtSigner = P256) -> str:
    """A well signed JWT whose header or payload was changed before signing."""
    jws = read_jws(signed_with("ES256"))
    header, payload = copy.deepcopy(jws.header), copy.deepcopy(jws.payload)
    change(header, payload)
    header.pop("alg")
    return make_jws(payload, key, header)


def test_es256_signs_as_in_rfc_6979() -> None:
    """Appendix A.2.5, with SHA-256 and the message "sample"."""
    number = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    signature = P256Key(ec.derive_private_key(number, ec.SECP256R1())).sign(b"sample")
    assert signature.hex().upper() == (
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


@pytest.mark.parametrize("name", SIGNERS)
def test_jwt_badge_holds_in_every_wrapping(name: str) -> None:
    text = signed_with(name)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    for data in (text, text.encode(), f" {text}\n", bake_png(PLAIN, text), bake_svg(svg, text)):
        assert check(data, jwt_web()) == {}
    result = verify(text, fetch=jwt_web(), now=NOW)
    assert result.credential == DOCUMENT
    assert result[CheckName.PROOF].facts["suite"] == f"JWT {name}"


@pytest.mark.parametrize("name", SIGNERS)
def test_judge_reads_what_is_signed(name: str) -> None:
    text = signed_with(name)
    key = judge.PyJWK({**SIGNERS[name].jwk, "alg": name})
    claims = judge.decode(text, key, algorithms=[name], options={"verify_exp": False, "verify_nbf": False})
    assert judge.get_unverified_header(text) == {
        "alg": name,
        "typ": "JWT",
        "kid": SIGNERS[name].verification_method(DID),
    }
    assert (claims["iss"], claims["jti"], claims["sub"]) == (DID, BADGE.id, BADGE.recipient)
    assert (claims["nbf"], claims["exp"]) == (int(AWARDED.timestamp()), int(AWARDED.timestamp()) + 365 * 86400)


@pytest.mark.parametrize("name", SIGNERS)
def test_what_the_judge_signs_is_read(name: str) -> None:
    signer = SIGNERS[name]
    # Ours signs Ed25519 by libsodium, the judge by OpenSSL.
    private = (
        Ed25519PrivateKey.from_private_bytes(signer.private_bytes)
        if isinstance(signer, SigningKey)
        else signer._private
    )
    text = judge.encode(read_jws(signed_with(name)).payload, private, algorithm=name)
    assert check(text, jwt_web()) == {}


def test_key_in_the_header_counts_when_the_issuer_lists_it() -> None:
    text = sign_jwt(DOCUMENT, P256)
    assert read_jws(text).header == {"alg": "ES256", "typ": "JWT", "jwk": P256.jwk}
    assert check(text, jwt_web()) == {}
    assert check(sign_jwt(DOCUMENT, P256Key.generate()), jwt_web()) == {"issuer": ("failed", "unlisted-key")}
    assert check(text, Web())["issuer"] == ("unknown", "unreachable")


def test_keys_that_are_their_own_issuers() -> None:
    did_jwk = "did:jwk:" + base64url_encode(json.dumps(P256.jwk).encode())
    for did, method in ((P256.did_key, P256.verification_method(P256.did_key)), (did_jwk, f"{did_jwk}#0")):
        facts = dataclasses.replace(BADGE, issuer=dataclasses.replace(BADGE.issuer, id=did), status=None)
        assert check(sign_jwt(credential(facts), P256, method), Web()) == {}


def test_key_behind_a_url_of_its_own_must_be_listed_by_the_issuer() -> None:
    web = jwt_web()
    web.serve("https://laurel.example/keys/1", {**P256.jwk, "kid": "https://laurel.example/keys/1"})
    web.serve("https://laurel.example/keys/2", OTHER.jwk)
    assert check(sign_jwt(DOCUMENT, P256, "https://laurel.example/keys/1"), web) == {}
    stranger = sign_jwt(DOCUMENT, OTHER, "https://laurel.example/keys/2")
    assert check(stranger, web) == {"issuer": ("failed", "unlisted-key")}


OTHER = P256Key.generate()
HEADLESS = claimed(lambda header, _: header.pop("kid"))
CHEATS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "no key named, the issuer's own are tried": (HEADLESS, {}),
    "key named by its fragment": (claimed(lambda header, _: header.update(kid=f"#{P256.multikey}")), {}),
    "by a stranger": (claimed(lambda _, __: None, OTHER), forged("bad-signature")),
    "by a stranger of another kind": (claimed(lambda _, __: None, RSA), forged("bad-key")),
    "by a key not listed": (sign_jwt(DOCUMENT, OTHER, OTHER.verification_method(DID)), forged("key-not-listed")),
    "by the issuer named in iss alone": (claimed(lambda _, p: p.pop("issuer")), {"schema": ("failed", "wrong-shape")}),
    "iss of another": (claimed(lambda _, p: p.update(iss="did:web:other.example")), forged("claims-differ")),
    "jti of another": (claimed(lambda _, p: p.update(jti="urn:x")), forged("claims-differ")),
    "sub of another": (claimed(lambda _, p: p.update(sub="urn:x")), forged("claims-differ")),
    "nbf of another time": (claimed(lambda _, p: p.update(nbf=1)), forged("claims-differ")),
    "exp of another time": (claimed(lambda _, p: p.update(exp=1)), forged("claims-differ")),
    "exp that is no time": (claimed(lambda _, p: p.update(exp="never")), forged("claims-differ")),
    "exp beyond all time": (claimed(lambda _, p: p.update(exp=1e300)), forged("claims-differ")),
    "its private key in the header": (claimed(lambda h, _: h.update(jwk={**P256.jwk, "d": "AA"})), forged("bad-key")),
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_with_a_jwt(name: str) -> None:
    text, expected = CHEATS[name]
    troubles = check(text, jwt_web())
    assert {k: v for k, v in troubles.items() if k != "schema" or k in expected or not expected} == {
        k: v for k, v in expected.items() if k != "schema" or k in troubles
    }


def test_exp_alone_is_an_end() -> None:
    """A date that only a claim gives is a date of the badge."""
    text = claimed(lambda _, p: (p.pop("validUntil"), p.update(exp=int(NOW.timestamp()))))
    assert check(text, jwt_web()) == {"validity": ("failed", "expired")}


@pytest.mark.parametrize(
    ("header", "proof"),
    [
        ({"alg": "none"}, ("failed", "no-proof")),
        ({"alg": "HS256"}, ("unknown", "unsupported-proof")),
        ({"alg": ["ES256"]}, ("failed", "bad-proof")),
        ({"alg": "ES256", "crit": ["b64"], "b64": False}, ("unknown", "unsupported-proof")),
        ({"alg": "ES256", "jwk": {"kty": "oct", "k": "AA"}}, ("unknown", "unsupported-key")),
        ({"alg": "ES256", "kid": "did:example:1"}, ("unknown", "unsupported-method")),
    ],
)
def test_algorithms_and_keys_that_are_not_ours(header: dict[str, Any], proof: tuple[str, str]) -> None:
    parts = [base64url_encode(json.dumps(part).encode()) for part in (header, read_jws(signed_with("ES256")).payload)]
    assert check(".".join([*parts, "AAAA"]), jwt_web())["proof"] == proof


def test_public_key_is_no_secret_to_sign_with() -> None:
    """The classic confusion: HS256 with the public key's bytes as its secret."""
    payload = read_jws(signed_with("RS256")).payload
    parts = [base64url_encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "jwk": RSA.jwk}, payload)]
    import hmac

    code = hmac.digest(RSA.public_pem.encode(), ".".join(parts).encode(), "sha256")
    assert check(".".join([*parts, base64url_encode(code)]), jwt_web())["proof"] == ("unknown", "unsupported-proof")


@pytest.mark.parametrize(
    "text",
    ["", "a.b", "a.b.c.d", "eyJ9.eyJ9.", "e30.W10.", "e30.e30.!", "e30.e30.AB", "eyJhIjoxLCJhIjoyfQ.e30.", "ä.e30.e30"],
)
def test_text_that_is_no_jws(text: str) -> None:
    with pytest.raises(NotAJws):
        read_jws(text)


@given(st.text(max_size=80) | st.lists(st.text("eyJ30AW1-_.", max_size=12), min_size=3, max_size=3).map(".".join))
def test_any_text_is_a_jws_or_refused(text: str) -> None:
    with contextlib.suppress(NotAJws):
        assert read_jws(text).algorithm is None
    assert check(text) != {}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mutated_jwt_never_holds(data: st.DataObject) -> None:
    """Another character anywhere breaks the signature: JWTs sign bytes."""
    text = signed_with("RS256")
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.sampled_from("abcXYZ019-_.=+/ "))
    changed = text[:place] + character + text[place + 1 :]
    if changed != text:
        assert check(changed, jwt_web()) != {}


PATHS = paths(DOCUMENT)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PATHS), st.sampled_from([None, 7, "x", [], {}, {"id": "urn:x"}, 1e300, True]))
def test_well_signed_nonsense_never_raises(path: tuple[str | int, ...], value: Any) -> None:
    document = copy.deepcopy({**DOCUMENT, "iss": DID, "jti": BADGE.id, "nbf": 5, "exp": value, "sub": value})
    parent: Any = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    for payload in (document, {**document, "vc": document}):
        check(make_jws(payload, P256, {"kid": P256.verification_method(DID)}), jwt_web())


def test_unsafe_or_nameless_badge_is_never_signed() -> None:
    with pytest.raises(UnsafeDocument):
        sign_jwt({**DOCUMENT, "naem": "x"}, P256)
    nameless = copy.deepcopy(DOCUMENT)
    del nameless["credentialSubject"]["id"]
    with pytest.raises(Unsignable):
        sign_jwt(nameless, P256)


def test_status_list_may_be_a_jwt() -> None:
    for revoked, expected in (([7], {}), ([42], {"revocation": ("failed", "revoked")})):
        web = jwt_web()
        web[LIST] = signed_with("ES256", list_with_subject(revoked)).encode()
        assert check(signed_with("ES256"), web) == expected
    web[LIST] = b"eyJ.not.one"
    assert check(signed_with("ES256"), web) == {"revocation": ("unknown", "unreachable")}


def list_with_subject(revoked: list[int]) -> dict[str, Any]:
    return status_list_credential(LIST, DID, revoked, AWARDED)


# Keys


@pytest.mark.parametrize("kind", [P256Key, RsaKey])
def test_keys_survive_storage_and_show_no_secret(kind: Any) -> None:
    key = P256 if kind is P256Key else RSA
    sealed = seal(key.private_bytes, bytes(32), b"history")
    again = kind.from_private_bytes(unseal(sealed, bytes(32), b"history"))
    assert again.jwk == key.jwk
    assert "d" not in key.jwk
    assert key.private_bytes.hex() not in repr(key)
    for private in (b"", b"nonsense", (RSA if kind is P256Key else P256).private_bytes):
        with pytest.raises(NotAKey):
            kind.from_private_bytes(private)


def test_every_spelling_is_the_same_key() -> None:
    assert key_from_multikey(P256.multikey) == key_from_jwk(P256.jwk)
    assert key_from_multikey(KEY.multikey) == key_from_jwk(KEY.jwk)
    assert key_from_pem(RSA.public_pem) == key_from_jwk(RSA.jwk)
    assert P256.multikey.startswith("zDn")


def test_published_thumbprint() -> None:
    """RFC 8037, appendix A.3, and RFC 7638's own example would not fit on this line."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "OKP", "crv": "X25519", "x": KEY.jwk["x"]},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256K", "x": P256.jwk["x"], "y": P256.jwk["y"]},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": RSA.jwk["n"], "e": RSA.jwk["n"]},
        {"kty": "RSA", "n": RSA.jwk["n"] * 9, "e": "AQAB"},
        {"kty": "RSA", "n": RSA.jwk["n"], "e": "!"},
        {"kty": "RSA", "n": RSA.jwk["n"], "e": 3},
        {**P256.jwk, "d": "AA"},
    ],
)
def test_what_is_no_key(jwk: dict[str, Any]) -> None:
    with pytest.raises(NotAKey):
        key_from_jwk(jwk)


@given(st.text(max_size=60) | st.just("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"))
def test_any_text_is_no_key(text: str) -> None:
    for read in (key_from_pem, key_from_multikey):
        with pytest.raises(NotAKey):
            read(text)
