"""Every form in which a badge leaves: what it holds, and that somebody else's verifier takes it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from base64 import urlsafe_b64decode
from dataclasses import replace

import pytest
from openbadgeslib import baking as bakery
from openbadgeslib.ob3 import OB3LdpVerifier
from pypdf import PdfReader
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.core import credentials, detailing, exporting, keyring
from bot.core.backpacks import NotHosted
from bot.core.commands import RevokeBadge, SetIdentity, SetPrivacy
from bot.core.credentials import CheckName, Outcome
from bot.core.exporting import FORMS
from bot.core.issuing import Algorithm
from bot.core.models import Award, BadgeClass, Issuer
from bot.core.site import Site
from bot.web import build
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.web import judging
from tests.web.conftest import BROWSER, give
from tests.web.test_documents import over

EMAIL = "sam@school.edu"
OLDER = {"Accept": "application/json"}


@pytest.fixture
def site(site: Site) -> Site:
    """An installation that older backpacks can use, too."""
    return replace(site, contact="badges@example.edu")


@pytest.fixture
def award(school: School) -> str:
    """An award with a reason and a link, of somebody known by an e-mail address; gives its id."""
    award = give(school, "sam", "Peer Mentoring", "Eight weeks of tutoring, see https://docs.example.org/log")
    school.clock.forward(minutes=1)
    school.app.do(replace(school.actor("sam"), email=EMAIL), SetIdentity(EMAIL))
    school.clock.forward(minutes=1)
    return award.id


def export(school: School, award: str, form: str) -> bytes:
    with school.app.database.read() as db:
        return exporting.export(school.app.site, db.get_one(Award, award), form, school.clock.now).body


def now(school: School) -> str:
    return school.clock.now.isoformat()


@pytest.fixture
def pages(client: TestClient, school: School, award: str) -> judging.Web:
    """All that we serve about an award, and the issuer's DID."""
    return all_of(client, school, award)


def all_of(client: TestClient, school: School, award: str) -> judging.Web:
    pages = judging.web(client, school.app.site.award_ob2(award, legacy=True), school.app.site.award_ob2(award))
    with school.app.database.read() as db:
        issuer = db.scalars(select(Issuer)).one().id
    did = f"did:web:badges.example.edu:issuers:{issuer}"
    judging.publish_did(pages, client, did, credentials.did_web_url(did))
    pages[credentials.did_web_url(did)] = pages[did]
    return pages


# -- Open Badges 3.0 -----------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(("form", "judge"), [("ob3", "rdfc"), ("ob3-jcs", "jcs")])
def test_digitalbazaar_takes_signed_documents(
    school: School, award: str, pages: judging.Web, form: str, judge: str
) -> None:
    document = json.loads(export(school, award, form))
    assert judging.node(judge, document, pages, now=now(school)) == {"verified": True}
    document["name"] = "Another"
    assert judging.node(judge, document, pages, now=now(school))["verified"] is False


@on_sqlite
def test_it_says_where_its_newest_signature_is(client: TestClient, school: School, award: str) -> None:
    """Judges take it with that (above), and it is true: the address gives what was signed last."""
    document = json.loads(export(school, award, "ob3"))
    refresh = document["refreshService"]
    assert refresh == {"id": school.app.site.award_document(award), "type": "1EdTechCredentialRefresh"}
    school.clock.forward(minutes=1)
    school.app.do(replace(school.actor("sam"), email=EMAIL), SetIdentity("none"))
    newest = client.get(refresh["id"]).json()
    assert (newest["id"], newest["issuer"]["id"]) == (document["id"], document["issuer"]["id"])
    assert newest["validFrom"] > document["validFrom"]


@on_sqlite
def test_others_take_a_badge_with_a_level_and_an_open_address(client: TestClient, school: School) -> None:
    with school.app.database.write() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Feedback")).one()
        result = {"name": "Tutoring", "required_level": "Ready", "levels": [{"name": "Ready", "points": 2}]}
        percent = {"name": "Test", "kind": "Percent", "lowest": 0, "highest": 100}
        detailing.detail(db, school.clock.now, badge, detailing.read({"result": [result, percent]}))
    school.app.do(replace(school.actor("sam"), email=EMAIL), SetIdentity(EMAIL))
    school.ask("sam", SetIdentity("open"))
    school.type("rivera", "/award @sam Peer Feedback level Ready, Test: 93 for it")
    with school.app.database.read() as db:
        award = db.scalars(select(Award)).one().id
    found = all_of(client, school, award)
    document = json.loads(export(school, award, "ob3"))
    assert [one["value"] for one in document["credentialSubject"]["result"]] == ["Ready", "93"]
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == EMAIL
    assert judging.node("rdfc", document, found, now=now(school)) == {"verified": True}
    assert judging.node("dcc", document, found) == {"verified": True}
    checked = credentials.verify(json.dumps(document).encode(), fetch=over(client), now=school.clock.now)
    assert checked[CheckName.SCHEMA].outcome is Outcome.PASSED
    report = judging.openbadges(school.app.site.award_ob2(award), found, recipient={"type": "Profile", "email": EMAIL})
    assert (report["valid"], report["errorCount"]) == (True, 0), report
    document["credentialSubject"]["result"][0]["value"] = "Expert"
    assert judging.node("rdfc", document, found, now=now(school))["verified"] is False


@on_sqlite
def test_the_digital_credentials_consortium_takes_it(school: School, award: str, pages: judging.Web) -> None:
    """Theirs asks for the time itself: that the badge is not from the future is ours to see to."""
    document = json.loads(export(school, award, "ob3"))
    assert judging.node("dcc", document, pages) == {"verified": True}
    document["name"] = "Another"
    assert judging.node("dcc", document, pages)["verified"] is False


@on_sqlite
@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_jose_takes_the_jwt_and_it_says_the_same(
    client: TestClient, school: School, award: str, algorithm: Algorithm
) -> None:
    need_rsa(school)
    pages = all_of(client, school, award)
    with school.app.database.read() as db:
        found = db.get_one(Award, award)
        text = exporting.export(school.app.site, found, "jwt", school.clock.now, algorithm).body.decode()
    assert json.loads(urlsafe_b64decode(text.partition(".")[0] + "=="))["alg"] == algorithm
    judged = judging.node("jwt", text, pages)
    assert judged["verified"], judged
    signed = json.loads(export(school, award, "ob3"))
    del signed["proof"]
    claims = {name: judged["payload"].pop(name) for name in ("iss", "jti", "sub", "nbf")}
    assert judged["payload"] == signed
    assert (claims["iss"], claims["jti"]) == (signed["issuer"]["id"], signed["id"])
    assert judging.node("jwt", text[:-8] + "AAAAAAAA", pages)["verified"] is False
    assert credentials.verify(text, fetch=over(client), now=school.clock.now).holds


def need_rsa(school: School) -> None:
    """Make the key that is made when it is first asked for."""
    with school.app.database.write() as db:
        keyring.complete(db, school.app.site, school.clock.now, db.scalars(select(Issuer)).one(), ("rsa",))


@pytest.mark.parametrize("form", ["ob3", "ob3-jcs", "jwt", "png", "svg"])
def test_our_own_verifier_takes_it_with_the_address(client: TestClient, school: School, award: str, form: str) -> None:
    body = export(school, award, form)
    found = credentials.verify(body, fetch=over(client), now=school.clock.now, recipient=EMAIL)
    assert found.holds, found.checks
    assert found[CheckName.RECIPIENT].outcome is Outcome.PASSED


@on_sqlite
@pytest.mark.parametrize("form", ["ob3", "png", "svg"])
def test_openbadgeslib_takes_what_needs_no_address(school: School, form: str) -> None:
    """It knows did:key, which is what an installation without a public address signs as."""
    school.app.site = replace(school.app.site, public=False)
    award = give(school, "ana", "Peer Mentoring").id
    body = export(school, award, form)
    if form == "png":
        body = bakery.extract_png(body, keyword=b"openbadgecredential")
    if form == "svg":
        body = bakery.extract_svg(body, element=bakery.SVG_ELEMENT_OB3, text_fallback=True)
    text = body.decode() if isinstance(body, bytes) else body
    issuer = json.loads(text)["issuer"]["id"]
    assert issuer.startswith("did:key:z6Mk")
    assert OB3LdpVerifier.for_issuer_did(issuer).verify(text).issuer.id == issuer
    need_rsa(school)
    with school.app.database.read() as db:
        found = db.get_one(Award, award)
        for algorithm, method in (("ES256", "did:key:zDn"), ("RS256", "did:jwk:")):
            jwt = exporting.export(school.app.site, found, "jwt", school.clock.now, algorithm).body
            checked = credentials.verify(jwt, fetch=_nowhere, now=school.clock.now)
            assert checked.holds
            assert (checked.credential or {})["issuer"]["id"].startswith(method)


def _nowhere(url: str) -> bytes:
    raise credentials.Unreachable(url)


# -- Open Badges 2.0 -----------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize("legacy", [False, True])
def test_1edtechs_validator_takes_the_hosted_documents(
    school: School, award: str, pages: judging.Web, legacy: bool
) -> None:
    url = school.app.site.award_ob2(award, legacy=legacy)
    profile = {"type": "Profile", "email": EMAIL}
    report = judging.openbadges(url, pages, recipient=profile)
    assert (report["valid"], report["errorCount"]) == (True, 0), report
    stranger = {**profile, "email": "ana@school.edu"}
    assert judging.openbadges(url, pages, recipient=stranger)["valid"] is False


@on_sqlite
def test_mozillas_validator_takes_the_legacy_assertion(school: School, award: str, pages: judging.Web) -> None:
    document = json.loads(export(school, award, "ob2-legacy"))
    assert judging.node("mozilla", document, pages, recipient=EMAIL) == {
        "verified": True,
        "payload": {"recipient": True},
    }
    found = judging.node("mozilla", document, pages, recipient="ana@school.edu")
    assert found["payload"]["recipient"] is False


def test_our_verifier_takes_the_hosted_assertion(client: TestClient, school: School, award: str) -> None:
    for form in ("ob2", "ob2-legacy"):
        found = credentials.verify(
            export(school, award, form), fetch=over(client), now=school.clock.now, recipient=EMAIL
        )
        assert found.holds, found.checks


@pytest.mark.parametrize("ending", ["ob2", "ob2-legacy"])
def test_a_suspended_badge_is_no_assertion_and_its_picture_carries_none(
    client: TestClient, school: School, award: str, ending: str
) -> None:
    """Open Badges 2.0 has no word for it, so nobody reads there that the badge is plainly valid."""
    school.type("rivera", "/laurel suspend @sam Peer Mentoring because of a doubt")
    with pytest.raises(NotHosted, match="suspended"):
        export(school, award, ending)
    for accept in (OLDER, {"Accept": BROWSER}):
        answer = client.get(f"/awards/{award}/{ending}", headers=accept)
        assert answer.status_code == 404
        assert "This badge is suspended" in answer.text
    picture = client.get(f"/awards/{award}/badge.png").content
    assert b"openbadges\0" not in picture
    assert json.loads(credentials.unbake_png(picture))["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    school.type("rivera", "/laurel reinstate @sam Peer Mentoring")
    assert client.get(f"/awards/{award}/{ending}", headers=OLDER).status_code == 200
    assert b"openbadges\0" in client.get(f"/awards/{award}/badge.png").content


def test_hosted_documents_answer_get_and_head_and_stay_the_same(client: TestClient, school: School, award: str) -> None:
    site = school.app.site
    with school.app.database.read() as db:
        found = db.get_one(Award, award)
        version, issuer = found.version_id, found.issuer_id
    for url in (
        site.award_ob2(award), site.award_ob2(award, legacy=True), site.badge_ob2(version), site.issuer_ob2(issuer)
    ):  # fmt: skip
        path = url.removeprefix(site.pages)
        first, again, head = client.get(path, headers=OLDER), client.get(path), client.head(path)
        assert (first.status_code, head.status_code, head.content) == (200, 200, b"")
        assert first.headers["content-type"] == "application/ld+json"
        assert first.headers["etag"] == again.headers["etag"] == head.headers["etag"]
        assert first.json()["id"] == url
        assert first.json()["@context"] == "https://w3id.org/openbadges/v2"


def test_a_revoked_assertion_is_gone_and_says_why(client: TestClient, school: School, award: str) -> None:
    school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "A mistake"))
    for ending in ("ob2", "ob2-legacy"):
        answer = client.get(f"/awards/{award}/{ending}")
        assert answer.status_code == 410
        assert (answer.json()["revoked"], answer.json()["revocationReason"]) == (True, "A mistake")


def test_who_agrees_no_longer_is_taken_out_of_reasons_everywhere(
    client: TestClient, school: School, award: str
) -> None:
    school.ask("ana", SetPrivacy("private", public_name=True))
    school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "Copied from Ana Núñez"))
    school.app.site = replace(school.app.site, lists_ids=True)

    def reasons() -> set[str]:
        [listed] = client.get(f"/issuers/{_issuer(school)}/revocations").json()["revokedCredentials"]
        hosted = [client.get(f"/awards/{award}/{ending}").json() for ending in ("ob2", "ob2-legacy")]
        return {one["revocationReason"] for one in (listed, *hosted)}

    assert reasons() == {"Copied from Ana Núñez"}
    school.ask("ana", SetPrivacy("private", public_name=False))
    assert reasons() == {"Copied from […]"}


@on_sqlite
def test_without_contact_or_address_there_is_no_hosted_badge(school: School) -> None:
    award = give(school, "ana", "Peer Mentoring").id
    with pytest.raises(NotHosted, match="no-email"):
        export(school, award, "ob2-legacy")
    assert json.loads(export(school, award, "ob2"))["recipient"]["type"] == "id"
    for site, why in (
        (replace(school.app.site, contact=""), "no-contact"),
        (replace(school.app.site, public=False), "no-address"),
    ):
        school.app.site = site
        with pytest.raises(NotHosted, match=why):
            export(school, award, "ob2")
        with TestClient(build(school.app), base_url=site.pages, headers={"Accept": BROWSER}) as client:
            assert client.get(f"/awards/{award}/ob2").status_code == 404


@on_sqlite
def test_one_picture_carries_both_standards(client: TestClient, school: School, award: str) -> None:
    picture = client.get(f"/awards/{award}/badge.png").content
    assert picture == export(school, award, "png")
    older = bakery.extract_png(picture, keyword=b"openbadges")
    assert json.loads(older) == json.loads(export(school, award, "ob2"))
    assert credentials.verify(picture, fetch=over(client), now=school.clock.now).holds
    assert len(picture) < 256 * 1024


# -- lists of revoked ids ------------------------------------------------------------------------------------------


def test_revoked_badges_listed_by_id(client: TestClient, school: School) -> None:
    assert client.get(f"/issuers/{_issuer(school)}/revocations").status_code == 404
    school.app.site = replace(school.app.site, lists_ids=True)
    award = give(school, "ana", "Peer Mentoring")
    status = json.loads(award.document)["credentialStatus"]
    assert status == {
        "id": f"{school.app.site.pages}/issuers/{_issuer(school)}/revocations",
        "type": "1EdTechRevocationList",
    }
    assert credentials.verify(award.document, fetch=over(client), now=school.clock.now).holds
    school.ask("rivera", RevokeBadge(school.person("ana"), "Peer Mentoring", "Copied by Ana Núñez"))
    found = credentials.verify(award.document, fetch=over(client), now=school.clock.now)
    assert found[CheckName.REVOCATION].facts == {"why": "Copied by […]"}
    [listed] = client.get(f"/issuers/{_issuer(school)}/revocations").json()["revokedCredentials"]
    assert listed["id"] == json.loads(award.document)["id"]


def _issuer(school: School) -> str:
    with school.app.database.read() as db:
        return db.scalars(select(Issuer)).one().id


# -- paper and archive ---------------------------------------------------------------------------------------------


@on_sqlite
def test_the_certificate_carries_the_signed_credential(client: TestClient, school: School, award: str) -> None:
    body = export(school, award, "pdf")
    assert body == export(school, award, "pdf")  # the same every time
    reader = PdfReader(io.BytesIO(body))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert "Peer Mentoring" in text
    assert "a learner of Riverside School" in text
    assert "Sam Okafor" not in text
    [attached] = reader.attachments["credential.json"]
    assert credentials.verify(attached, fetch=over(client), now=school.clock.now).holds
    school.ask("sam", SetPrivacy("private", public_name=True))
    assert "Sam Okafor" in PdfReader(io.BytesIO(export(school, award, "pdf"))).pages[0].extract_text()


@on_sqlite
@pytest.mark.parametrize(
    ("command", "says"),
    [("/revoke", "Revoked: no longer counts"), ("/laurel suspend", "Suspended: does not count at present")],
)
def test_the_certificate_says_what_no_longer_counts(school: School, award: str, command: str, says: str) -> None:
    assert school.type("rivera", f"{command} @sam Peer Mentoring because of a mix-up").kind == "said"
    assert says in PdfReader(io.BytesIO(export(school, award, "pdf"))).pages[0].extract_text()


@on_sqlite
def test_digitalbazaar_takes_what_pypdf_takes_out_of_the_certificate(
    school: School, award: str, pages: judging.Web
) -> None:
    [attached] = PdfReader(io.BytesIO(export(school, award, "pdf"))).attachments["credential.json"]
    document = json.loads(attached)
    assert judging.node("rdfc", document, pages, now=now(school)) == {"verified": True}
    document["credentialSubject"]["achievement"]["name"] = "Another"
    assert judging.node("rdfc", document, pages, now=now(school))["verified"] is False


@on_sqlite
def test_others_take_everything_out_of_the_archive(school: School, award: str, pages: judging.Web) -> None:
    files = {name.rpartition("/")[2]: body for name, body in _unzipped(export(school, award, "zip")).items()}
    [attached] = PdfReader(io.BytesIO(files["certificate.pdf"])).attachments["credential.json"]
    documents = {
        "credential.json": files["credential.json"],
        "certificate.pdf": attached,
        "badge.png": bakery.extract_png(files["badge.png"], keyword=b"openbadgecredential"),
        "badge.svg": bakery.extract_svg(files["badge.svg"], element=bakery.SVG_ELEMENT_OB3, text_fallback=True),
    }
    for name, body in documents.items():
        assert judging.node("rdfc", json.loads(body), pages, now=now(school)) == {"verified": True}, name
    assert judging.node("jwt", files["credential.jwt"].decode(), pages)["verified"]
    assert documents.keys() | {"credential.jwt", "manifest.json", "README.txt"} == files.keys()


@on_sqlite
def test_everything_in_the_archive_verifies_after_unzipping(client: TestClient, school: School, award: str) -> None:
    files = _unzipped(export(school, award, "zip"))
    manifest = json.loads(files.pop("manifest.json"))
    assert "laurel verify badge.png" in files.pop("README.txt").decode()
    assert {row["file"]: row["sha256"] for row in manifest["files"]} == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items()
    }
    assert {name.rpartition("/")[2] for name in files} == {
        "badge.png", "badge.svg", "credential.json", "credential.jwt", "certificate.pdf"
    }  # fmt: skip
    for name, body in files.items():
        if not name.endswith(".pdf"):
            found = credentials.verify(body, fetch=over(client), now=school.clock.now, recipient=EMAIL)
            assert found.holds, (name, found.checks)


def _unzipped(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


@on_sqlite
@pytest.mark.parametrize(
    "name", ["Дмитро Шевченко", "李小雨", "ليلى حسن", "אֲבִיגַיִל", "अनन्या शर्मा", "x" * 300, "🎓", "\u202eevil"]
)
def test_names_in_any_script_can_be_printed(school: School, name: str) -> None:
    award = give(school, "sam", "Peer Mentoring").id
    with school.app.database.write() as db:
        found = db.get_one(Award, award)
        found.member.name, found.member.public_name = name, True
        assert PdfReader(io.BytesIO(exporting.certificate(school.app.site, found))).pages
        resume = exporting.resume(school.app.site, found.member, [found])
        assert len(PdfReader(io.BytesIO(resume)).pages) == 1
        assert exporting.json_resume(school.app.site, [found])["certificates"] == [
            {
                "name": "Peer Mentoring",
                "date": "2026-11-23",
                "issuer": "Riverside School",
                "url": school.app.site.award_page(award),
            }
        ]


def test_every_form_is_tested_here() -> None:
    assert set(FORMS) == {"ob3", "ob3-jcs", "jwt", "ob2", "ob2-legacy", "png", "svg", "pdf", "zip"}
