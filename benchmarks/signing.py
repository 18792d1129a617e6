"""Signing the same badge for many learners, and verifying such badges and foreign ones."""

import json
from itertools import count, cycle
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benchmarks.badges import AWARDED, CREATED, KEY, METHOD, learners
from benchmarks.measure import Contest, repeat
from benchmarks.peers.node import NodePeer
from benchmarks.peers.pyld import PyldPeer
from bot.core.credentials import BadgeSigner, check_proof, credential, public_key_from_multikey, sign
from bot.core.credentials.canonical import BUNDLED
from bot.core.credentials.compiled import CompiledContexts, Counts
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.proofs import options

BATCH = 1_000
FOREIGN = Path(__file__).parent.parent / "tests" / "core" / "credentials" / "vectors" / "ob3-impl-guide"
RAW = "raw Ed25519"
PYLD = "PyLD + cryptography"


def sign_contest(peers: dict[str, NodePeer]) -> tuple[Contest, Counts]:
    """Make the contest of signing; the signer's counts show that it didn't take the general path."""
    badges = learners(BATCH)
    documents = [credential(badge) for badge in badges[:50]]
    private = Ed25519PrivateKey.from_private_bytes(KEY.private_bytes)
    proof = options(METHOD, CREATED)
    signer = BadgeSigner()
    pyld = PyldPeer()

    expected = signer.sign(badges[0], KEY, METHOD, AWARDED)
    assert json.loads(expected) == pyld.sign(documents[0], proof, private), "PyLD signs something else"
    value = json.loads(expected)["proof"][0]["proofValue"]
    for name, peer in peers.items():
        theirs = peer.signed(documents[0])["proof"]
        found = (theirs[0] if isinstance(theirs, list) else theirs)["proofValue"]
        print(f"  {name} makes {'the same signature' if found == value else 'ANOTHER SIGNATURE'}")

    one, document = cycle(badges), cycle(documents)
    contest = Contest(
        "Sign eddsa-rdfc-2022: one badge class, many learners, from facts to the JSON text",
        RAW,
        {
            RAW: repeat(lambda: [private.sign(bytes(64)) for _ in range(100)], 100),
            "Laurel, batches": repeat(lambda: signer.sign_batch(badges, KEY, METHOD, AWARDED), BATCH),
            "Laurel, one by one": repeat(lambda: signer.sign(next(one), KEY, METHOD, AWARDED)),
            "Laurel, general path": repeat(lambda: sign(next(document), KEY, METHOD, AWARDED)),
            PYLD: repeat(lambda: pyld.sign(next(document), proof, private)),
            **{name: peer.slice("sign", documents) for name, peer in peers.items()},
        },
    )
    contest.asked = [("Laurel, batches", RAW, 0.5), ("Laurel, one by one", RAW, 0.5)]
    contest.asked += [("Laurel, batches", name, 80) for name in (PYLD, *peers)]
    return contest, signer.counts


def verify_contest(peers: dict[str, NodePeer]) -> Contest:
    """Make the contest of verifying: the mathematics alone, documents parsed and keys at hand."""
    signer = BadgeSigner()
    own = [json.loads(text) for text in signer.sign_batch(learners(200), KEY, METHOD, AWARDED)]
    foreign = json.loads((FOREIGN / "signed.json").read_bytes())
    foreign_key = public_key_from_multikey(json.loads((FOREIGN / "key.json").read_bytes())["publicKeyMultibase"])
    public = Ed25519PublicKey.from_public_bytes(KEY.public_bytes)
    signature = KEY.sign(bytes(64))
    contexts = CompiledContexts(bundled_contexts())
    ours = cycle(own)
    public_foreign = Ed25519PublicKey.from_public_bytes(foreign_key)
    pyld = PyldPeer()

    def check(document: dict[str, Any], key: bytes, by: Any) -> bool:
        proof = document["proof"]
        return check_proof(document, proof[0] if isinstance(proof, list) else proof, key, contexts=by)

    def pyld_holds(document: dict[str, Any]) -> bool:
        try:
            pyld.verify(document, public_foreign)
        except InvalidSignature:
            return False
        return True

    numbers = count()

    def another() -> dict[str, Any]:
        # Another class each time. The proof can't hold then, but only the last step finds out.
        achievement = {**foreign["credentialSubject"]["achievement"], "description": f"Number {next(numbers)}"}
        return {**foreign, "credentialSubject": {**foreign["credentialSubject"], "achievement": achievement}}

    assert check(foreign, foreign_key, contexts)
    assert not check(another(), foreign_key, contexts)
    assert [pyld_holds(foreign), pyld_holds(another())] == [True, False]
    assert all(check(document, KEY.public_bytes, contexts) for document in own)

    contest = Contest(
        "Verify eddsa-rdfc-2022: a badge of our own shape, and a foreign one (1EdTech's implementation guide)",
        RAW,
        {
            RAW: repeat(lambda: [public.verify(signature, bytes(64)) for _ in range(50)], 50),
            "Laurel, own shape": repeat(lambda: check(next(ours), KEY.public_bytes, contexts)),
            "Laurel, own, general path": repeat(lambda: check(next(ours), KEY.public_bytes, BUNDLED)),
            "Laurel, foreign, shape met before": repeat(lambda: check(foreign, foreign_key, contexts)),
            "Laurel, foreign, first of its shape": repeat(lambda: check(another(), foreign_key, contexts)),
            f"{PYLD}, foreign": repeat(lambda: pyld_holds(another())),
            f"{PYLD}, own": repeat(lambda: pyld.verify(next(ours), public)),
            **{f"{name}, own": peer.slice("verify", own[:50]) for name, peer in peers.items()},
        },
    )
    contest.asked = [
        ("Laurel, own shape", RAW, 0.4),
        ("Laurel, foreign, first of its shape", f"{PYLD}, foreign", 4),
        ("Laurel, foreign, shape met before", f"{PYLD}, foreign", 4),
    ]
    return contest
