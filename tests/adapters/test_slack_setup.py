"""Setting Slack up: the manifest, what the tokens can do, and workspaces that install Laurel by themselves."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jsonschema
import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select, text

from bot.adapters.slack import Access, Client, Slack
from bot.adapters.slack.checking import look_at_installed
from bot.adapters.slack.installing import Installations
from bot.adapters.slack.listening import AWARD_MESSAGE
from bot.adapters.slack.manifest import EVENTS, SCOPES, manifest
from bot.config import load
from bot.core.db import Database
from bot.core.models import Award
from bot.core.slashes import NAMES
from tests.adapters.slack_fake import APP_TOKEN, BOT, BOT_TOKEN, CLASS, SECRET, TEAM, FakeSlack, walk
from tests.adapters.slack_rig import SlackRig
from tests.conftest import Clock
from tests.core.marks import on_sqlite
from tests.shell import Shell

SCHEMA = json.loads((Path(__file__).parent / "slack-manifest.schema.json").read_text())
"""Slack's own, as published at https://raw.githubusercontent.com/slackapi/manifest-schema/main/manifest.schema.json."""
PAGES = "https://badges.example.edu"


# -- the manifest ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("socket", [True, False])
@pytest.mark.parametrize("oauth", [True, False])
def test_the_manifest_is_valid_and_escapes(socket: bool, oauth: bool) -> None:
    made = manifest(socket=socket, pages=PAGES, public=True, oauth=oauth)
    jsonschema.validate(made, SCHEMA)
    commands = made["features"]["slash_commands"]
    assert tuple(command["command"] for command in commands) == NAMES
    assert all(command["should_escape"] for command in commands)
    assert made["settings"]["socket_mode_enabled"] is socket
    addresses = PAGES in json.dumps({**made["settings"], "commands": commands})
    assert addresses is not socket
    assert ("redirect_urls" in made["oauth_config"]) is oauth
    assert made["features"]["unfurl_domains"] == ["badges.example.edu"]
    assert made["features"]["shortcuts"][0]["callback_id"] == AWARD_MESSAGE


async def test_every_event_of_the_manifest_is_listened_to(database: Database, clock: Clock) -> None:
    async with SlackRig(database, clock) as rig:
        for event in EVENTS:
            body = {"type": "event_callback", "team_id": TEAM, "event_id": event}
            sent = {"type": event.partition(".")[0], "user": {"id": "U0SAM"}, "links": [], "channel_type": "x"}
            await rig.send("events_api", {**body, "event": sent})  # asserts 200: bolt says 404 where nobody listens


def test_every_scope_is_explained_in_the_docs() -> None:
    docs = Path("docs/slack.md").read_text()
    for scope, why in SCOPES.items():
        assert f"`{scope}`" in docs
        assert why in docs


# -- the terminal ----------------------------------------------------------------------------------------------


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    """A Slack beside, in a loop of its own: the terminal's commands run in this process's stead."""
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[FakeSlack] = []

    async def serve() -> None:
        async with FakeSlack() as slack:
            found.append(slack)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(10)
    loop.close()


def tokens(fake: FakeSlack, **more: str) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "LAUREL_SLACK__API_URL": fake.api, **more}


def test_the_manifest_is_printed_for_what_is_set(shell: Shell) -> None:
    printed: dict[str, Any] = json.loads(shell("slack", "manifest"))
    assert printed["settings"]["socket_mode_enabled"] is True
    jsonschema.validate(printed, SCHEMA)
    secret = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
    assert "[web] public_url" in shell("slack", "manifest", fails=2, **secret)
    printed = json.loads(shell("slack", "manifest", LAUREL_WEB__PUBLIC_URL=PAGES, **secret))
    assert printed["settings"]["event_subscriptions"]["request_url"] == f"{PAGES}/slack/events"


def test_check_tells_what_the_tokens_can_do(shell: Shell, fake: FakeSlack) -> None:
    fake.scopes = ",".join(SCOPES)
    said = shell("slack", "check", **tokens(fake, LAUREL_SLACK__TEACHERS='["teachers"]'))
    for sentence in ("the bot is laurel in Riverside School", "Socket Mode is open", "the members of teachers teach"):
        assert sentence in said
    assert "slack" in shell("doctor", **tokens(fake))


def test_check_tells_what_is_missing(shell: Shell, fake: FakeSlack) -> None:
    fake.scopes = "commands,usergroups:read"
    said = shell("slack", "check", fails=1, **tokens(fake, LAUREL_SLACK__TEACHERS='["masters"]'))
    assert "files:write is missing, to upload pictures" in said
    assert "✓ commands, for /award" in said
    assert "there is no user group masters" in said
    fake.scopes = ",".join(SCOPES)
    assert "Socket Mode is refused" in shell("slack", "check", fails=1, **(tokens(fake) | {"SLACK_APP_TOKEN": "no"}))


def test_check_and_doctor_look_at_workspaces_that_installed_laurel(shell: Shell, fake: FakeSlack) -> None:
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": SECRET}
    given = oauth | {"LAUREL_SLACK__API_URL": fake.api, "LAUREL_WEB__PUBLIC_URL": PAGES}
    for command in (("slack", "check"), ("doctor",)):
        assert "no workspace has installed Laurel yet" in " ".join(shell(*command, **given).split())


@pytest.mark.parametrize("error", ["plan_upgrade_required", "missing_scope"])
def test_groups_that_slack_will_not_tell_are_said(shell: Shell, fake: FakeSlack, error: str) -> None:
    fake.scopes = ",".join(SCOPES)
    fake.failures["usergroups.list"] = [(error, 200)]
    said = shell("slack", "check", fails=1, **tokens(fake, LAUREL_SLACK__TEACHERS='["teachers"]'))
    assert f"Slack does not tell the user groups ({error})" in said


def test_a_revoked_token_is_said_by_check_and_doctor(shell: Shell, fake: FakeSlack) -> None:
    fake.revoked = True
    for command in (("slack", "check"), ("doctor",)):
        said = shell(*command, fails=1, **tokens(fake))
        assert "token_revoked" in said
        assert "install the app again" in said
        assert BOT_TOKEN not in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "needs app_token"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "needs bot_token"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "s"}, "client_id needs client_secret"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "x", "LAUREL_SLACK__API_URL": "slack"}, "address of an API"),
    ],
)
def test_settings_that_are_not_whole_are_refused(shell: Shell, given: dict[str, str], says: str) -> None:
    assert says in shell("doctor", fails=2, **given)


def test_no_token_to_check(shell: Shell) -> None:
    assert "docs/slack.md" in shell("slack", "check", fails=2)


class Sending:
    """Sends what Slack would to a Laurel that runs: down its line, or (`base`) to its web server, signed."""

    def __init__(self, fake: FakeSlack, base: str) -> None:
        self.fake, self.base = fake, base
        self.numbers = itertools.count()

    def send(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        if not self.base:
            return asyncio.run_coroutine_threadsafe(self.fake.push(kind, payload), self.fake.loop).result(60)
        form = {"slash_commands": payload, "interactive": {"payload": json.dumps(payload)}}.get(kind)
        body, stamp = urlencode(form) if form else json.dumps(payload), str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or "",
        }
        answer = httpx.post(f"{self.base}/slack/events", content=body, headers=headers, timeout=60)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json() if answer.text.startswith("{") else {}
        return found

    def _line(self) -> dict[str, str]:
        line = f"{self.fake.address}/respond/{next(self.numbers)}"
        return {"trigger_id": self.fake.trigger(), "response_url": line}

    def slash(self, name: str, words: str) -> None:
        where = {"team_id": TEAM, "user_id": "U0RIVERA", "channel_id": CLASS}
        self.send("slash_commands", {"command": name, "text": words, **where, **self._line()})

    def act(self, kind: str, **payload: Any) -> dict[str, Any]:
        who = {"team": {"id": TEAM}, "user": {"id": "U0RIVERA", "team_id": TEAM}, "channel": {"id": CLASS}}
        return self.send("interactive", {"type": kind, **who, **self._line(), **payload})

    def event(self, number: str, **payload: Any) -> None:
        body = {"type": "event_callback", "team_id": TEAM, "event_id": number, "event": payload}
        self.send("events_api", body)

    def until(self, what: Callable[[], Any]) -> Any:
        for _ in range(1200):
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError(self.fake.calls)


@pytest.mark.parametrize("by", ["socket", "signed requests"])
def test_with_only_its_tokens_in_the_environment_a_workspace_works(shell: Shell, fake: FakeSlack, by: str) -> None:
    """Slash, button, modal with an error, App Home, file and message shortcut, by `laurel run` itself."""
    shell("grant", "slack:U0RIVERA", "teacher")
    how = {"SLACK_APP_TOKEN": APP_TOKEN} if by == "socket" else {"SLACK_SIGNING_SECRET": SECRET}
    given = {"SLACK_BOT_TOKEN": BOT_TOKEN, "LAUREL_SLACK__API_URL": fake.api, **how}
    shell.environment |= given | {"LAUREL_ROOM__ENABLED": "false"}
    fake.post(CLASS, "U0ZOE", "It hardly moves.")
    with shell.running() as base:
        slack = Sending(fake, "" if by == "socket" else base)
        until = slack.until
        slack.slash("/award", "<@U0SAM> Participation")
        card = until(lambda: next((m for m in fake.channels[CLASS] if m["user"] == BOT), None))
        assert fake.files
        [press] = [b for b in walk(card["blocks"]) if b.get("action_id") == "press:0"][:1]
        slack.act("block_actions", actions=[press], container={})
        until(lambda: "Congratulate · 1" in json.dumps(card, ensure_ascii=False))
        slack.slash("/badge", "new")
        form = until(lambda: fake.opened[-1:])[0]
        nothing = {"answer": {"type": "plain_text_input", "value": None}}
        values = {f"field:{name}": nothing for name in ("name", "description", "criteria")}
        ack = slack.act("view_submission", view={**form, "state": {"values": values}})
        assert ack["response_action"] == "errors"
        message = {k: fake.channels[CLASS][0][k] for k in ("ts", "user", "text")}
        slack.act("message_action", callback_id="award_message", message=message)
        until(lambda: any("It hardly moves." in json.dumps(view) for view in fake.opened))
        slack.event("E1", type="app_home_opened", user="U0SAM", tab="home")
        until(lambda: "Participation" in json.dumps(fake.homes.get("U0SAM", {})))
        fake.files["F-sent"] = b"no badge"
        file = {"size": 8, "url_private_download": f"{fake.address}/file/F-sent"}
        sent = {"type": "message", "channel_type": "im", "subtype": "file_share", "user": "U0ANA", "channel": "D0ANA"}
        slack.event("E2", **sent, files=[file])
        until(lambda: "no badge" in json.dumps(fake.channels["D0ANA"]))
    assert not fake.broken, fake.broken[0]


def test_the_file_and_the_environment_mean_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[slack]\nbot_token = "xoxb-1"\napp_token = "xapp-1"\n')
    by_file = load(file).slack
    file.write_text("")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert load(file).slack == by_file
    monkeypatch.setenv("LAUREL_SLACK__BOT_TOKEN", "xoxb-2")
    assert load(file).slack.bot_token.get_secret_value() == "xoxb-2"


# -- OAuth -----------------------------------------------------------------------------------------------------


class ManyRig(SlackRig):
    """Laurel as an app that any workspace may install."""

    def _platform(self) -> Slack:
        oauth = Client("1.2", "not-a-real-secret")
        return Slack(self.app, Access(signing_secret=SECRET, api=self.slack.api, oauth=oauth), ["teachers"])


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[ManyRig]:
    async with ManyRig(database, clock) as rig:
        yield rig


async def install(rig: ManyRig, code: str = "good", state: str = "") -> int:
    begun = await rig.http.get("/slack/install")
    assert begun.status_code == 302
    asked = urlsplit(begun.headers["location"])
    query = parse_qs(asked.query)
    assert asked.path == "/oauth/v2/authorize"
    assert set(query["scope"][0].split(",")) == set(SCOPES)
    cookie = begun.headers["set-cookie"].partition(";")[0]
    params = {"code": code, "state": state or query["state"][0]}
    return (await rig.http.get("/slack/oauth_redirect", params=params, headers={"Cookie": cookie})).status_code


async def award(rig: ManyRig) -> None:
    rig.slack.members_of["S0TEACHERS"] = ["U0RIVERA"]
    body = {"command": "/award", "text": "<@U0SAM> Participation", "team_id": "T0OTHER", "user_id": "U0RIVERA"}
    more = {"channel_id": "C1", "trigger_id": rig.slack.trigger(), "response_url": f"{rig.slack.address}/respond/x"}
    await rig.send("slash_commands", {**body, **more})
    await rig.platform.listening.drain()


def count(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Award)) or 0


async def test_a_workspace_installs_laurel_and_awards(rig: ManyRig, database: Database) -> None:
    await award(rig)
    assert count(database) == 0
    assert await install(rig) == 200
    await award(rig)
    assert count(database) == 1
    with database.read() as db:
        for table in ("slack_bots", "slack_installations"):
            [token] = db.scalars(text(f"SELECT bot_token FROM {table}"))  # noqa: S608
            assert "xoxb" not in token


async def test_installing_again_keeps_one_installation(rig: ManyRig, database: Database) -> None:
    for _ in range(2):
        await install(rig)
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == 1


@pytest.mark.parametrize("wrong", [{"code": "bad"}, {"state": "made-up"}])
@on_sqlite
async def test_a_wrong_way_back_installs_nothing(rig: ManyRig, database: Database, wrong: dict[str, str]) -> None:
    assert 400 <= await install(rig, **wrong) < 500
    await award(rig)
    assert count(database) == 0


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U"]}}])
@on_sqlite
async def test_a_workspace_that_takes_laurel_out_is_forgotten(
    rig: ManyRig, database: Database, event: dict[str, Any]
) -> None:
    await install(rig)
    await rig.send("events_api", {"type": "event_callback", "team_id": "T0OTHER", "event_id": "E1", "event": event})
    await rig.platform.listening.drain()
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == 0
    await award(rig)
    assert count(database) == 0
    assert not rig.running.done()
    await install(rig)  # nothing was lost: it is as it was once it is back
    await award(rig)
    assert count(database) == 1


@on_sqlite
async def test_while_the_database_is_away_signed_requests_are_to_be_sent_again(
    rig: ManyRig, database: Database
) -> None:
    """Who sent it is not known then; Slack sends events again, and tells members that their command failed."""
    await install(rig)
    with database.write() as db:
        db.execute(text("ALTER TABLE slack_bots RENAME TO away"))
    body = urlencode({"command": "/goals", "team_id": "T0OTHER", "user_id": "U0SAM", "channel_id": "C1"})
    assert (await rig.post(body, form=True, headers={})).status_code == 503
    assert (await rig.post(body, form=True, headers={"X-Slack-Signature": "v0=00"})).status_code == 401
    assert (await rig.post("junk", form=True, headers={})).status_code == 400
    with database.write() as db:
        db.execute(text("ALTER TABLE away RENAME TO slack_bots"))
    await award(rig)
    assert count(database) == 1


@on_sqlite
async def test_installing_for_a_whole_organisation_is_refused_in_words(rig: ManyRig, database: Database) -> None:
    rig.slack.grants = {"team": None, "enterprise": {"id": "E1", "name": "District"}, "is_enterprise_install": True}
    assert await install(rig) == 400
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == 0


@on_sqlite
@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U"]}}])
async def test_an_end_that_is_told_late_takes_nothing_newer(
    rig: ManyRig, database: Database, event: dict[str, Any]
) -> None:
    await install(rig)
    body = {"type": "event_callback", "team_id": "T0OTHER", "event_id": "E1", "event": event}
    await rig.send("events_api", {**body, "event_time": int(time.time()) - 60})
    await rig.platform.listening.drain()
    await award(rig)
    assert count(database) == 1
    await rig.send("events_api", {**body, "event_id": "E2", "event_time": int(time.time())})
    await rig.platform.listening.drain()
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == 0


@on_sqlite
@pytest.mark.parametrize(("error", "kept"), [("org_login_required", 1), ("invalid_auth", 1), ("token_revoked", 0)])
async def test_a_workspace_is_forgotten_only_where_its_token_has_ended(
    rig: ManyRig, database: Database, error: str, kept: int
) -> None:
    await install(rig)
    rig.slack.failures["users.info"] = [(error, 200)] * 2
    rig.slack.failures["auth.test"] = [(error, 200)]
    await award(rig)
    assert "Something broke" in json.dumps(rig.slack.responses["x"])
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == kept


@on_sqlite
async def test_a_token_that_was_replaced_meanwhile_takes_nothing_newer(rig: ManyRig, database: Database) -> None:
    await install(rig)
    rig.slack.failures["users.info"] = [("token_revoked", 200)] * 2
    await award(rig)
    with database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM slack_bots")) == 1


@on_sqlite
async def test_what_is_installed_is_looked_at(rig: ManyRig) -> None:
    installations = Installations(rig.database, rig.site.master_key, "1.2")
    [found] = [one async for one in look_at_installed(rig.slack.api, installations)]
    assert found.well
    await install(rig)
    [found] = [one async for one in look_at_installed(rig.slack.api, installations)]
    assert found.says == "Hillside (T0OTHER) has Laurel"
    rig.slack.revoked = True
    [found] = [one async for one in look_at_installed(rig.slack.api, installations)]
    assert not found.well
    assert "token_revoked" in found.says
    assert "install Laurel again" in found.says
