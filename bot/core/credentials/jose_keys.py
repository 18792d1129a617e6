"""Signing keys for JWT badges: P-256 for ES256 and RSA for RS256, the two that 1EdTech's validator takes."""

from dataclasses import dataclass
from typing import Protocol, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from bot.core.credentials.keys import NotAKey
from bot.core.credentials.public_keys import jwk_of, p256_multikey, thumbprint

RSA_BITS = 3072  # what NIST asks for beyond 2030
# OpenSSL before 3.2 can't sign as in RFC 6979; every wheel of `cryptography` brings a newer one.
_ES256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=backend.ecdsa_deterministic_supported())


class JwtSigner(Protocol):
    """A key that can sign a JWT: `SigningKey` (EdDSA), `P256Key` (ES256) or `RsaKey` (RS256)."""

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm's name."""

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data` in JOSE's shape."""


@dataclass(frozen=True, slots=True, repr=False)
class P256Key:
    """A P-256 key pair for ES256; its repr shows the public half only."""

    _private: ec.EllipticCurvePrivateKey

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_private_bytes(cls, private: bytes) -> Self:
        """Load a key from its PKCS #8 bytes; raises `NotAKey`."""
        key = _load(private)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise NotAKey
        return cls(key)

    @property
    def private_bytes(self) -> bytes:
        """The key as PKCS #8, for `seal` alone."""
        return _store(self._private)

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm that it signs with."""
        return "ES256"

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7518, section 6.2)."""
        return jwk_of(self._private.public_key())

    @property
    def multikey(self) -> str:
        """The public key as Multikey text: "zDn..."."""
        return p256_multikey(self._private.public_key())

    @property
    def did_key(self) -> str:
        """The key as a DID of its own: "did:key:zDn..."."""
        return f"did:key:{self.multikey}"

    def verification_method(self, controller: str) -> str:
        """Return the key's id under the DID that controls it: "<controller>#zDn..."."""
        return f"{controller}#{self.multikey}"

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte ES256 signature of `data`: r, then s (RFC 7518, section 3.4).

        Where OpenSSL can, the same data has the same signature (RFC 6979): a file fetched twice is one file, and
        no weak source of randomness can give the key away.
        """
        r, s = decode_dss_signature(self._private.sign(data, _ES256))
        return r.to_bytes(32) + s.to_bytes(32)

    def __repr__(self) -> str:
        return f"P256Key({self.multikey})"


@dataclass(frozen=True, slots=True, repr=False)
class RsaKey:
    """An RSA key pair for RS256; its repr shows the public half only. It has no Multikey: JWK and PEM only."""

    _private: rsa.RSAPrivateKey

    @classmethod
    def generate(cls, bits: int = RSA_BITS) -> Self:
        """Make a new key from the system's randomness; this takes a while."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @classmethod
    def from_private_bytes(cls, private: bytes) -> Self:
        """Load a key from its PKCS #8 bytes; raises `NotAKey`."""
        key = _load(private)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise NotAKey
        return cls(key)

    @property
    def private_bytes(self) -> bytes:
        """The key as PKCS #8, for `seal` alone."""
        return _store(self._private)

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm that it signs with."""
        return "RS256"

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7518, section 6.3)."""
        return jwk_of(self._private.public_key())

    @property
    def public_pem(self) -> str:
        """The public key as PEM, for OB 2.0's `CryptographicKey`."""
        key = self._private.public_key()
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return key.public_bytes(encoding, form).decode()

    def verification_method(self, controller: str) -> str:
        """Return the key's id under the DID that controls it: "<controller>#<thumbprint>"."""
        return f"{controller}#{thumbprint(self.jwk)}"

    def sign(self, data: bytes) -> bytes:
        """Return the RS256 signature of `data` (RSASSA-PKCS1-v1_5 with SHA-256)."""
        return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def __repr__(self) -> str:
        return f"RsaKey({thumbprint(self.jwk)})"


def _load(private: bytes) -> PrivateKeyTypes:
    try:
        return serialization.load_der_private_key(private, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotAKey from error


def _store(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
