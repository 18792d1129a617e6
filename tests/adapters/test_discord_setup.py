"""Setting Discord up: the invitation, the commands, what the token can do, and `laurel run` with a token alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.adapters.discord.checking import FOR_ROLES, NEEDED
from bot.core.db import Database
from bot.core.models import BadgeClass
from bot.core.people import first_organisation, recognise
from bot.core.port import MemberRef, Person
from bot.core.roles import BadgeRole, ChatRole
from tests.adapters.discord_fake import (
    APPLICATION,
    BOT,
    BOT_ROLE,
    CLASS,
    FORUM,
    GUILD,
    HALL,
    MENTOR_ROLE,
    OLD_THREAD,
    OWNER,
    THREAD,
    TOKEN,
    FakeDiscord,
)
from tests.adapters.discord_rig import COMMAND, command, seen_messages
from tests.shell import Shell


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


def there(fake: FakeDiscord, **more: str) -> dict[str, str]:
    """Give the environment in which Discord is the one on loopback."""
    where = {"LAUREL_DISCORD__API_BASE": fake.api, "LAUREL_DISCORD__GATEWAY": fake.gateway}
    return {"DISCORD_TOKEN": TOKEN, **where, **more}


async def test_the_invitation_asks_for_what_is_needed_and_no_more(fake: FakeDiscord, shell: Shell) -> None:
    address = (await asyncio.to_thread(shell, "discord", "invite", **there(fake))).strip()
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith("https://discord.com/oauth2/authorize?")
    assert asked["client_id"] == [APPLICATION]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["permissions"] == [str(NEEDED.value)]


async def test_the_invitation_onto_an_account_asks_for_the_commands_alone(fake: FakeDiscord, shell: Shell) -> None:
    address = (await asyncio.to_thread(shell, "discord", "invite", "--user", **there(fake))).strip()
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith("https://discord.com/oauth2/authorize?")
    assert asked == {"client_id": [APPLICATION], "scope": ["applications.commands"], "integration_type": ["1"]}


@pytest.mark.parametrize(
    ("own_account", "public", "says"),
    [
        (False, False, "switch User Install on"),
        (True, False, "only you can take the bot onto your own account"),
        (True, True, "laurel discord invite --user"),
    ],
)
async def test_check_says_who_can_take_laurel_onto_an_account(
    fake: FakeDiscord, shell: Shell, own_account: bool, public: bool, says: str
) -> None:
    await asyncio.to_thread(shell, "discord", "sync", **there(fake))
    fake.own_account, fake.public = own_account, public
    servers = there(fake, LAUREL_DISCORD__SERVERS=f'["{GUILD}"]')
    assert says in await asyncio.to_thread(shell, "discord", "check", **servers)


async def test_the_invitation_asks_to_manage_roles_only_where_badges_are_to_give_some(
    fake: FakeDiscord, shell: Shell
) -> None:
    address = (await asyncio.to_thread(shell, "discord", "invite", "--roles", **there(fake))).strip()
    asked = parse_qs(urlsplit(address).query)
    assert asked["permissions"] == [str((NEEDED | FOR_ROLES).value)]
    assert not NEEDED.manage_roles


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (None, "✓ Riverside: Peer Mentoring gives Mentors\n"),
        ((BOT_ROLE, {"permissions": "0"}), "✗ Riverside: Peer Mentoring gives Mentors, but Laurel may not: give its"),
        ((MENTOR_ROLE, {"position": 9}), "✗ Riverside: Peer Mentoring gives Mentors, which stands above Laurel's"),
        ((MENTOR_ROLE, {"managed": True}), "✗ Riverside: Peer Mentoring gives Mentors, which nobody can give"),
        ((MENTOR_ROLE, None), "✗ Riverside: Peer Mentoring gives Mentors, which is gone"),
    ],
)
async def test_check_and_the_doctor_say_which_roles_can_be_given(
    fake: FakeDiscord, shell: Shell, broken: tuple[str, dict[str, object] | None] | None, says: str
) -> None:
    await asyncio.to_thread(gives, shell)
    await asyncio.to_thread(shell, "discord", "sync", **there(fake))
    match broken:
        case (role, None):
            del fake.roles[role]
        case (role, how):
            fake.roles[role] |= how
    fails = 0 if broken is None else 1
    said = await asyncio.to_thread(shell, "discord", "check", fails=fails, **there(fake))
    assert says in " ".join(said.split()) + "\n"
    said = await asyncio.to_thread(shell, "doctor", fails=fails, **there(fake))
    assert says.removeprefix("✓ ").removeprefix("✗ ").strip() in " ".join(said.split())


def gives(shell: Shell) -> None:
    """Let a badge of the sample school give a role."""
    database = Database(f"sqlite:///{shell.folder}/data/laurel.db")
    with database.write() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
        staff = Person(MemberRef("discord", GUILD, OWNER), "Ms Rivera")
        setter = recognise(db, badge.created_at, first_organisation(db), staff).accounts[0]
        role = ChatRole(
            id="r",
            platform="discord",
            space=GUILD,
            external_id=f"{GUILD}/{MENTOR_ROLE}",
            name="Mentors",
            setter=setter,
            created_at=badge.created_at,
        )
        db.add(role)
        db.flush()
        db.add(BadgeRole(badge_id=badge.id, role_id=role.id, created_at=badge.created_at))
    database.close()


async def test_sync_tells_discord_the_commands(fake: FakeDiscord, shell: Shell) -> None:
    for times in (1, 2):
        await asyncio.to_thread(shell, "discord", "sync", **there(fake))
        assert fake.syncs == times
    assert {c["name"] for c in fake.commands} >= {"award", "mybadges", "goals", "badge", "Award for this message"}


async def test_check_says_what_is_well(fake: FakeDiscord, shell: Shell) -> None:
    await asyncio.to_thread(shell, "discord", "sync", **there(fake))
    roles = there(fake, LAUREL_DISCORD__TEACHER_ROLES='["Teachers"]')
    said = await asyncio.to_thread(shell, "discord", "check", **roles)
    assert "Riverside: Teachers teach" in said
    assert "✗" not in said


@pytest.mark.parametrize(
    ("broken", "environment", "says"),
    [
        ({}, {"DISCORD_TOKEN": "wrong"}, "Discord does not take the token"),
        ({}, {}, "run `laurel discord sync`"),
        ({}, {"LAUREL_DISCORD__TEACHER_ROLES": '["Profs"]'}, "Riverside has no role Profs"),
        ({}, {"LAUREL_DISCORD__SERVERS": '["1"]'}, "is none of [discord] servers"),
        ({"public": True}, {}, "switch Public Bot off"),
        ({"everyone": "0"}, {}, "Riverside: Laurel lacks View Channels, Send Messages"),
        ({"members_intent": False}, {}, "everything works but awarding a role's members"),
        ({}, {"LAUREL_DISCORD__API_BASE": "http://127.0.0.1:9/"}, "Discord cannot be asked"),
    ],
)
async def test_check_says_what_to_do(
    fake: FakeDiscord, shell: Shell, broken: dict[str, object], environment: dict[str, str], says: str
) -> None:
    for name, value in broken.items():
        setattr(fake, name, value)
    said = await asyncio.to_thread(shell, "discord", "check", fails=1, **{**there(fake), **environment})
    assert says in said


@pytest.mark.parametrize(
    ("broken", "place", "says"),
    [
        ({}, HALL, f"✓ celebrations go to hall-of-fame ({HALL})"),
        ({}, OLD_THREAD, f"✓ celebrations go to a thread ({OLD_THREAD})"),
        ({}, "799999999999999999", "799999999999999999 cannot be seen"),
        ({"overwrites": {HALL: [{"id": GUILD, "type": 0, "allow": "0", "deny": "32768"}]}}, HALL, "lacks Attach Files"),
        (
            {"overwrites": {CLASS: [{"id": BOT, "type": 1, "allow": "0", "deny": "1024"}]}},
            THREAD,
            "lacks View Channels",
        ),
        ({"locked": {THREAD}}, THREAD, "which is locked: unlock it"),
        ({"tags": []}, FORUM, "which asks for a tag that Laurel may not choose"),
    ],
)
async def test_check_looks_where_badges_are_celebrated(
    fake: FakeDiscord, shell: Shell, broken: dict[str, object], place: str, says: str
) -> None:
    await asyncio.to_thread(shell, "discord", "sync", **there(fake))
    for name, value in broken.items():
        setattr(fake, name, value)
    where = there(fake, LAUREL_DISCORD__CELEBRATIONS=f'["{place}"]')
    assert says in await asyncio.to_thread(shell, "discord", "check", fails="✓" not in says, **where)


async def test_the_doctor_looks_where_badges_are_celebrated(fake: FakeDiscord, shell: Shell) -> None:
    said = await asyncio.to_thread(shell, "doctor", fails=1, **there(fake, LAUREL_DISCORD__CELEBRATIONS='["1"]'))
    assert "discord: [discord] celebrations: 1 cannot be seen" in said


async def test_the_doctor_asks_discord_too(fake: FakeDiscord, shell: Shell) -> None:
    await asyncio.to_thread(shell, "discord", "sync", **there(fake))
    said = await asyncio.to_thread(shell, "doctor", **there(fake))
    assert "discord: Riverside: who runs it awards" in said


async def test_without_a_token_every_command_says_where_to_find_one(shell: Shell) -> None:
    for name in ("invite", "sync", "check"):
        assert "docs/discord.md" in await asyncio.to_thread(shell, "discord", name, fails=2)


async def test_a_wrong_token_is_said_in_a_line(fake: FakeDiscord, shell: Shell) -> None:
    said = await asyncio.to_thread(shell, "discord", "sync", fails=2, **there(fake, DISCORD_TOKEN="wrong"))  # noqa: S106
    assert "[discord] token" in said
    assert "Traceback" not in said


async def test_laurel_runs_with_nothing_but_a_token(fake: FakeDiscord, shell: Shell) -> None:
    shell.environment |= there(fake)
    running = shell.running()
    await asyncio.to_thread(running.__enter__)
    made = fake.interaction("sam", COMMAND, command("laurel", "help"))
    async with asyncio.timeout(60):
        while not fake.identifies:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.05)
        await fake.dispatch("INTERACTION_CREATE", made)
        while not fake.answers[made["token"]]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.to_thread(running.__exit__, None, None, None)
    assert "/goals" in seen_messages(fake.answers[made["token"]], CLASS).text


def test_the_guide_names_every_setting_and_command() -> None:
    guide = (Path(__file__).parents[2] / "docs/discord.md").read_text("utf-8")
    for name in (
        "DISCORD_TOKEN",
        "teacher_roles",
        "servers",
        "laurel discord invite --user",
        "laurel discord invite --roles",
        "laurel discord check",
        "/badge role",
    ):
        assert name in guide
