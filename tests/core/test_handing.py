"""An award on its way into a wallet: for its owner, for one time, for ten minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.core.commands import ShareAward, TakeToWallet
from bot.core.models import Award, Handover
from bot.core.port import Reply
from bot.web import build
from bot.web.handing import LARGEST
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, buttons


@pytest.fixture
def award(school: School) -> str:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    with school.app.database.read() as db:
        return db.scalars(select(Award)).one().id


@pytest.fixture
def client(school: School) -> TestClient:
    return TestClient(build(school.app), base_url=school.app.site.pages, raise_server_exceptions=False)


def begun(school: School, award: str) -> tuple[Reply, dict[str, str]]:
    """Begin as the owner would; give the reply, and what the wallet is handed."""
    reply = school.ask("sam", TakeToWallet(award))
    address = urlsplit(str(buttons(reply)["Open the wallet"]))
    assert (address.scheme, address.netloc, address.path) == ("https", "lcw.app", "/request.html")
    asked = {name: value for name, [value] in parse_qs(address.query, strict_parsing=True).items()}
    assert asked.keys() == {"issuer", "auth_type", "challenge", "vc_request_url"}
    return reply, asked


def presentation(challenge: str) -> dict[str, object]:
    """What the wallet sends: it proves its own key, over the challenge."""
    proof = {"type": "Ed25519Signature2020", "proofPurpose": "authentication", "challenge": challenge}
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "holder": "did:key:z6MkhVTX9BF3NGYX6cc7jWpbNnR7cAjH8LUffabZP8Qu4ysC",
        "proof": proof,
    }


def test_a_wallet_gets_the_credential_once(school: School, client: TestClient, award: str) -> None:
    assert "Into my wallet app" in buttons(school.ask("sam", ShareAward(award)))
    _, asked = begun(school, award)
    assert asked["auth_type"] == "bearer"
    assert asked["issuer"].startswith("did:web:badges.example.edu")
    sent = presentation(asked["challenge"])
    stranger = client.post(asked["vc_request_url"], json=presentation("guessed"))
    assert stranger.status_code == 403
    answer = client.post(asked["vc_request_url"], json=sent)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    with school.app.database.read() as db:
        assert answer.text == db.get_one(Award, award).current
    again = client.post(asked["vc_request_url"], json=sent)
    assert (again.status_code, again.json()["title"]) == (
        410, "This handover is over: ask for a new one where the badge is shared."
    )  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("shape", ["wrapped", "proofs", "bearer"])
def test_other_wallets_ways_to_say_it(school: School, client: TestClient, award: str, shape: str) -> None:
    _, asked = begun(school, award)
    url, sent, headers = asked["vc_request_url"], presentation(asked["challenge"]), {}
    if shape == "wrapped":
        sent = {"verifiablePresentation": sent}
    if shape == "proofs":
        sent = {**sent, "proof": [sent["proof"]]}
    if shape == "bearer":
        sent, headers = {}, {"Authorization": f"Bearer {asked['challenge']}"}
    assert client.post(url, json=sent, headers=headers).json()["type"] == [
        "VerifiableCredential",
        "OpenBadgeCredential",
    ]


@on_sqlite
def test_the_page_shows_both_ways_and_a_code_until_it_is_over(school: School, client: TestClient, award: str) -> None:
    reply, asked = begun(school, award)
    page = str(buttons(reply)["Show it as a code for my phone"])
    for _ in range(2):  # looking uses nothing up
        shown = client.get(page, headers={"Accept": "text/html"})
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        for part in ("https://lcw.app/request.html?", "dccrequest://request?", "<svg", "10 more minutes"):
            assert part in shown.text
    assert client.get(page.rpartition("/")[0] + "/another").status_code == 404
    school.clock.forward(minutes=10)
    gone = client.get(page, headers={"Accept": "text/html"})
    assert gone.status_code == 404
    assert "ask for a new one" in gone.text
    assert client.post(asked["vc_request_url"], json=presentation(asked["challenge"])).status_code == 410


@on_sqlite
def test_only_the_owner_begins_and_only_where_a_wallet_gets_there(school: School, award: str) -> None:
    assert_refused(school.ask("ana", TakeToWallet(award)), "no longer there")
    assert_refused(school.ask("rivera", TakeToWallet(award)), "no longer there")
    school.app.site = replace(school.app.site, public=False)
    assert "Into my wallet app" not in buttons(school.ask("sam", ShareAward(award)))
    assert_refused(school.ask("sam", TakeToWallet(award)), "download the picture")
    with school.app.database.read() as db:
        assert db.scalars(select(Handover)).first() is None


@on_sqlite
def test_a_revoked_badge_is_not_handed_over(school: School, client: TestClient, award: str) -> None:
    _, asked = begun(school, award)
    school.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up")
    assert client.post(asked["vc_request_url"], json=presentation(asked["challenge"])).status_code == 410
    assert_refused(school.ask("sam", TakeToWallet(award)))


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b'{"proof": []}', b'{"proof": {"challenge": 7}}', b'{"proof": "x"}', b"[" * 60_000,
     b'"' + b"x" * LARGEST + b'"'],
    ids=["empty", "list", "cut", "not-text", "no-proof", "number", "text", "deep", "large"],
)  # fmt: skip
def test_what_is_no_presentation(school: School, client: TestClient, award: str, body: bytes) -> None:
    _, asked = begun(school, award)
    answer = client.post(asked["vc_request_url"], content=body)
    assert (answer.status_code, answer.json()["title"][:30]) == (400, "Send a verifiable presentation")
    assert client.post(asked["vc_request_url"], json=presentation(asked["challenge"])).status_code == 200


@on_sqlite
def test_nothing_is_at_another_address(school: School, client: TestClient, award: str) -> None:
    answer = client.post(f"{school.app.site.pages}/exchanges/{award}", json=presentation("x"))
    assert answer.status_code == 404
    assert client.get(f"{school.app.site.pages}/exchanges/{award}").status_code == 405
    assert json.loads(answer.text)["title"] == "There is no handover at this address."


@on_sqlite
def test_the_challenge_is_not_kept_and_old_handovers_go(school: School, award: str) -> None:
    _, asked = begun(school, award)
    with school.app.database.read() as db:
        assert asked["challenge"] not in repr(vars(db.scalars(select(Handover)).one()))
    school.clock.forward(minutes=11)
    begun(school, award)
    with school.app.database.read() as db:
        assert len(db.scalars(select(Handover)).all()) == 1
