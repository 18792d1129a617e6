"""Safe mode: what a signature would not cover is refused, and the canonical text is the right one."""

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest
from credentials_samples import BADGE, VECTORS, load
from pyld import jsonld

from bot.core.credentials import UnsafeDocument, canonical_text, credential
from bot.core.credentials.contexts import bundled_contexts

PUBLISHED = sorted(path.name for path in (VECTORS / "1edtech").glob("*.json"))


UNSAFE_AS_PUBLISHED = {
    "complete_v1.json",  # has no context for its own credentialSchema's type
    "simple-err-context.json",
    "simple-err-credential-subject-achievement-result-description-type.json",
    "simple-err-credential-subject-identifier-type.json",
    "simple-err-credential-subject-profile-type.json",
    "simple-err-credential-subject-result-type.json",
    "simple-err-credential-subject-type.json",
    "simple-err-evidence-type.json",
    "simple-err-issuer-otheridentifier-type.json",
    "simple-err-issuer-parentorg-type.json",
    "simple-err-issuer-type.json",
    "simple-err-type.json",
}


def pylds_text(document: dict[str, Any]) -> str:
    """The same text made by PyLD from end to end."""
    contexts = bundled_contexts()

    def loader(url: str, _options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": copy.deepcopy(contexts[url])}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader}
    return str(jsonld.normalize(document, options))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_document_reads_as_pyld_reads_it(name: str) -> None:
    """Every published badge that is safe has the canonical text PyLD gives it, complete.json included."""
    document = load(f"1edtech/{name}")
    document.pop("proof", None)
    if name in UNSAFE_AS_PUBLISHED:
        with pytest.raises(UnsafeDocument):
            canonical_text(document)
    else:
        assert canonical_text(document) == pylds_text(document)


def test_own_badge_reads_as_pyld_reads_it() -> None:
    assert canonical_text(credential(BADGE)) == pylds_text(credential(BADGE))


def test_numbers_are_written_as_rdf_writes_them() -> None:
    document = credential(BADGE)
    document["credentialSubject"] |= {"creditsEarned": 3.5}
    document["credentialSubject"]["achievement"] |= {"creditsAvailable": 4.0}
    text = canonical_text(document)
    assert '"3.5E0"^^<https://www.w3.org/2001/XMLSchema#float>' in text
    assert '"4"^^<https://www.w3.org/2001/XMLSchema#float>' in text
    assert text == pylds_text(document)


def put(*path: str | int) -> Callable[[dict[str, Any], Any], None]:
    def write(document: Any, value: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return write


SUBJECT = "credentialSubject"
UNSAFE: list[tuple[str, Callable[[dict[str, Any], Any], None], Any, str]] = [
    ("undefined term", put("naem"), "Peer Tutor", "undefined-term"),
    ("undefined term deep inside", put(SUBJECT, "achievement", "criteria", "storey"), "x", "undefined-term"),
    ("a term of another node's type", put(SUBJECT, "achievementType"), "Badge", "undefined-term"),
    ("undefined type", put(SUBJECT, "type"), ["AchievementSubject", "Hero"], "undefined-term"),
    ("relative id", put(SUBJECT, "achievement", "id"), "badges/1", "relative-iri"),
    ("network-path id", put(SUBJECT, "achievement", "id"), "//laurel.example/badges/1", "relative-iri"),
    ("empty id", put(SUBJECT, "achievement", "id"), "", "relative-iri"),
    ("bare UUID", put("id"), "280c19b6-9680-4a37-ba84-e38b1a4e4584", "relative-iri"),
    ("space in an IRI", put(SUBJECT, "id"), "https://laurel.example/a b", "bad-iri"),
    ("line feed after an IRI", put(SUBJECT, "id"), "urn:uuid:1\n", "bad-iri"),
    ("angle bracket in an IRI", put(SUBJECT, "id"), "urn:a>b", "bad-iri"),
    ("backslash in an IRI", put("issuer", "id"), "https:\\\\laurel.example", "bad-iri"),
    ("blank node id", put(SUBJECT, "id"), "_:b0", "blank-id"),
    ("number for an id", put(SUBJECT, "id"), 7, "json-ld"),
    ("bad language tag", put("name"), {"@value": "x", "@language": "en_GB"}, "bad-language"),
    ("language map", put("name"), {"en": "x"}, "undefined-term"),
    ("base direction", put("name"), {"@value": "x", "@direction": "rtl"}, "keyword"),
    ("reverse", put("@reverse"), {}, "keyword"),
    ("included", put("@included"), [], "keyword"),
    ("keyword for id", put("issuer", "@id"), "urn:x", "keyword"),
    ("unknown keyword", put("@nonsense"), "x", "keyword"),
    ("full IRI for a key", put("https://schema.org/name"), "x", "not-a-term"),
    ("blank node for a key", put("_:p"), "x", "not-a-term"),
    ("inline context", put("@context", 2), {"naem": "https://schema.org/name"}, "inline-context"),
    ("unknown context", put("@context", 2), "https://laurel.example/context", "unknown-context"),
    ("nested inline context", put(SUBJECT, "@context"), {"x": "urn:x"}, "inline-context"),
    ("nested null context", put(SUBJECT, "@context"), None, "inline-context"),
    ("too many contexts", put("@context"), [credential(BADGE)["@context"][0]] * 9, "too-large"),
    ("lone surrogate", put("name"), "\ud800", "bad-text"),
    ("not a number", put(SUBJECT, "creditsEarned"), float("nan"), "bad-number"),
    ("infinity", put(SUBJECT, "creditsEarned"), float("inf"), "bad-number"),
    ("whole number beyond JavaScript", put(SUBJECT, "creditsEarned"), 2**53, "bad-number"),
    ("not JSON at all", put("name"), {"x"}, "json-ld"),
    ("type that is no text", put(SUBJECT, "type"), [3], "json-ld"),
    (
        "the root written a second time",
        put("evidence", 1),
        {"id": BADGE.id, "type": ["Evidence"], "name": "Another"},
        "repeated-root",
    ),
]


@pytest.mark.parametrize(("name", "change", "value", "reason"), UNSAFE, ids=[case[0] for case in UNSAFE])
def test_unsafe_document_is_refused(
    name: str, change: Callable[[dict[str, Any], Any], None], value: Any, reason: str
) -> None:
    document = credential(BADGE)
    change(document, value)
    with pytest.raises(UnsafeDocument) as caught:
        canonical_text(document)
    assert caught.value.reason == reason


def test_depth_and_size_are_bounded() -> None:
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    for value, reason in ((deep, "too-deep"), (["x"] * 6_000, "too-large")):
        document = credential(BADGE)
        document["credentialSubject"]["achievement"]["tag"] = value
        with pytest.raises(UnsafeDocument) as caught:
            canonical_text(document)
        assert caught.value.reason == reason


def test_language_tagged_text_and_endorsement_of_the_badge_are_safe() -> None:
    document = credential(BADGE)
    document["name"] = {"@value": "Tutrice", "@language": "fr-CA"}
    document["endorsement"] = [
        {
            "@context": document["@context"],
            "id": "urn:uuid:0f2e33e5-7a29-4155-840a-59483ba10164",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": {"id": "https://board.example", "type": ["Profile"]},
            "validFrom": "2026-11-20T09:30:00Z",
            "credentialSubject": {"id": BADGE.id, "type": ["EndorsementSubject"], "endorsementComment": "Yes"},
        }
    ]
    assert canonical_text(document) == pylds_text(document)


def terms(context: Any) -> list[tuple[str, str]]:
    """Every term of a context and what it stands for, scoped contexts included."""
    found = []
    if isinstance(context, dict):
        for name, definition in context.items():
            if isinstance(definition, str):
                found.append((name, definition))
            elif isinstance(definition, dict):
                if isinstance(definition.get("@id"), str):
                    found.append((name, definition["@id"]))
                found += terms(definition.get("@context"))
    return found


def test_no_bundled_context_gives_a_second_name_to_what_the_checks_read() -> None:
    """Otherwise a date could be renamed without breaking the signature, and be overlooked."""
    read = {"validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "issuer", "proof"}
    read |= {"credentialSubject", "id", "type", "statusListIndex", "statusListCredential", "statusPurpose"}
    names: dict[str, set[str]] = {}
    for document in bundled_contexts().values():
        for name, iri in terms(document["@context"]):
            vocabularies = {"cred:": "https://www.w3.org/2018/credentials#", "sec:": "https://w3id.org/security#"}
            prefix = next((p for p in vocabularies if iri.startswith(p)), "")
            names.setdefault(vocabularies.get(prefix, "") + iri.removeprefix(prefix), set()).add(name)
    for iri, called in names.items():
        if called & read:
            assert len(called) == 1, iri


def test_threads_do_not_disturb_each_other() -> None:
    expected = canonical_text(credential(BADGE))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(canonical_text(credential(BADGE)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
