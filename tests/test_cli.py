"""The `laurel` command, as a real process against a real database."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
import stat
import threading
import time
import zipfile

import httpx
import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.adapters.room import Room
from bot.cli import plain
from bot.config import load
from bot.core.credentials import MAX_PICTURE, bake_png, unbake_png
from bot.core.outbox import Outbox
from bot.core.port import Delivered, GaveUp, MemberRef, Place, Reply, RetryAt
from bot.wiring import open_laurel
from tests.shell import Shell


def test_init_is_safe_to_repeat(shell: Shell) -> None:
    assert shell("init", "--sample").strip() == "Riverside School is ready."


def test_an_award_from_the_terminal(shell: Shell) -> None:
    answer = shell.say("rivera", "/award @sam @ana Peer Mentoring for helping")
    assert "Sam Okafor and Ana Núñez now hold Peer Mentoring." in answer["reply"]
    assert answer["announced"] == 1
    assert len(answer["awards"]) == 2
    assert answer["awards"][0].keys() == {"id", "url"}


def test_a_refusal_exits_with_1_and_announces_nothing(shell: Shell) -> None:
    answer = shell.say("sam", "/award @ana Peer Mentoring", fails=1)
    assert answer["reply"] == "Only teachers award badges: ask yours to give it."
    assert (answer["announced"], answer["awards"]) == (0, [])


def test_the_same_event_does_nothing_twice(shell: Shell) -> None:
    first = shell.say("rivera", "/award @sam Participation", "--event-id", "e-1")
    again = shell.say("rivera", "/award @sam Participation", "--event-id", "e-1")
    assert first["awards"] == again["awards"]
    assert "nothing happened twice" in again["reply"]


def test_somebody_unknown_is_one_clear_line(shell: Shell) -> None:
    assert "Nobody here is called nobody" in shell("say", "--as", "nobody", "hello", fails=2)


def test_plain_words_are_said_and_the_terminal_says_so(shell: Shell) -> None:
    assert shell("say", "--as", "sam", "hello everybody") == "It stands in #class-8b now.\n"
    assert "this I can do for you" in shell("say", "--as", "sam", "--in", "dm", "hello")


def test_a_granted_role_counts(shell: Shell) -> None:
    assert "room:sam is now teacher of Riverside School." in shell("grant", "room:sam", "teacher")
    assert "already teacher" in shell("grant", "room:sam", "teacher")
    assert shell.say("sam", "/award @ana Participation")["announced"] == 1
    assert "there is no such role" in shell("grant", "room:sam", "king", fails=2)
    assert "write PLATFORM:ID" in shell("grant", "sam", "teacher", fails=2)


def test_the_doctor_finds_a_healthy_school_and_a_lost_key(shell: Shell) -> None:
    assert "Riverside School signs with z6Mk" in shell("doctor")
    (shell.folder / "data/master.key").write_text("AAAA" * 10 + "AAA=", encoding="ascii")
    assert "restore the one from your backup" in shell("doctor", fails=1)
    assert "restore it from your backup" in shell("say", "--as", "rivera", "/badge list", fails=2)


def test_the_room_stays_on_this_machine(shell: Shell) -> None:
    shell.environment["LAUREL_WEB__HOST"] = "0.0.0.0"  # noqa: S104 - that it refuses this is the point
    assert "[web] host" in shell("run", fails=2)


def test_a_taken_port_is_one_clear_line(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", shell.port)):
        assert f"[web] port: {shell.port} is taken;" in shell("run", fails=2)


def test_from_the_award_to_a_verified_picture(shell: Shell) -> None:
    with shell.running() as base:
        [award] = shell.say("rivera", "/award @sam Peer Mentoring for helping")["awards"]
        assert award["url"].startswith(base)
        page = httpx.get(award["url"], headers={"Accept": "text/html"})
        assert "Peer Mentoring" in page.text
        assert "Okafor" not in page.text
        picture = httpx.get(f"{award['url']}/badge.png").content
        (shell.folder / "badge.png").write_bytes(picture)
        assert "Peer Mentoring" in shell("verify", award["url"])
    said = json.loads(shell("verify", "--json", "badge.png"))
    assert said["holds"] is True
    assert {check["outcome"] for check in said["checks"]} == {"passed"}
    said = json.loads(shell("verify", "--json", "-", stdin=tampered_with(picture), fails=1))
    assert said["holds"] is False
    (shell.folder / "badge.png").write_bytes(picture + bytes(6 * 2**20))  # as large as the page for checking takes
    assert json.loads(shell("verify", "--json", "badge.png"))["holds"] is True
    assert json.loads(shell("verify", "--json", "-", stdin=picture + bytes(6 * 2**20)))["holds"] is True


def tampered_with(picture: bytes) -> bytes:
    """Change one letter of the credential, chunk sums made right again."""
    return bake_png(picture, unbake_png(picture).replace("Peer Mentoring", "Peer Mentorinh", 1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "The file is neither a badge nor a picture with a badge inside."),
        (b"{}", "The document is no verifiable credential."),
        (b'{"name": "Peer', "The file ends too early; some of it is missing."),
        (b"\x89PNG\r\n\x1a\n", "The file ends too early; some of it is missing."),
        ('{"a": 1}'.encode("utf-16"), "The badge's text is not written in UTF-8."),
        (b"[" * 100_000, "The file is far more deeply nested than any badge."),
    ],
)
def test_what_is_no_badge_does_not_hold(shell: Shell, text: bytes, says: str) -> None:
    assert says in " ".join(shell("verify", "-", stdin=text, fails=1).split())


def test_a_file_larger_than_any_badge_is_called_that(shell: Shell) -> None:
    (shell.folder / "large.png").write_bytes(bytes(MAX_PICTURE + 1))
    assert "The file is far larger than any badge." in shell("verify", "large.png", fails=1)
    assert "The file is far larger than any badge." in shell("verify", "-", stdin=bytes(MAX_PICTURE + 1), fails=1)


def test_an_address_that_is_none_is_one_clear_line(shell: Shell) -> None:
    assert "http://[: could not be fetched" in shell("verify", "http://[", fails=2)


def test_a_file_that_is_not_there_is_one_clear_line(shell: Shell) -> None:
    assert "nowhere.png: No such file or directory." in shell("verify", "nowhere.png", fails=2)


@pytest.mark.parametrize("moment", [0.3, 0.9, 1.5, 2.1])
def test_a_server_killed_at_any_moment_starts_again(shell: Shell, moment: float) -> None:
    process = shell.start()
    time.sleep(moment)
    process.kill()
    process.communicate()
    with shell.running():
        assert shell.say("rivera", "/award @sam Statistics Basics")["announced"] == 1


def test_a_delivery_that_a_server_has_begun_is_waited_for(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outbox of a server beside takes the announcement first, and needs a while to show it."""
    monkeypatch.chdir(shell.folder)
    monkeypatch.setenv("LAUREL_ROOM__ENABLED", "true")
    begun = threading.Event()

    class Slow(Room):
        async def deliver(
            self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None
        ) -> Delivered | RetryAt | GaveUp:
            begun.set()
            await asyncio.sleep(1)
            return await super().deliver(to, reply, key=key, edits=edits)

    beside = open_laurel(load())
    outbox = Outbox(beside.database, beside.site, {"room": Slow(beside.app, beside.database)}, beside.app.clock)
    server = threading.Thread(target=lambda: asyncio.run(outbox.pump()))

    def taken_by_the_server() -> None:
        server.start()
        assert begun.wait(60)

    monkeypatch.setattr(plain, "open_laurel", lambda settings: open_laurel(settings, committed=taken_by_the_server))
    said = CliRunner().invoke(cli, ["say", "--json", "--as", "rivera", "/award @sam Participation"])
    server.join()
    beside.database.close()
    assert json.loads(said.stdout)["announced"] == 1


def test_a_forged_badge_paints_nothing_over_its_checks(shell: Shell) -> None:
    [award] = shell.say("rivera", "/award @sam Participation")["awards"]
    forged = json.loads(shell("export", award["id"], "--format", "ob3"))
    forged["credentialSubject"]["achievement"]["name"] = "\x1b[2JGenuine\x07"
    forged["issuer"]["name"] = "School\x9b1A"
    forged["evidence"] = [{"type": ["Evidence"], "id": "file:\x1b[2J"}]
    (shell.folder / "forged.json").write_text(json.dumps(forged))
    said = shell("verify", "forged.json", fails=1)
    assert "Genuine" in said
    assert not {"\x1b", "\x07", "\x9b"} & {*said}


def test_there_is_one_first_organisation(shell: Shell) -> None:
    """Of two from the same moment, every command means the same one."""
    with sqlite3.connect(shell.folder / "data/laurel.db") as db:
        db.execute("INSERT INTO organisation SELECT '0', 'Hill School', lang, timezone, created_at FROM organisation")
        db.execute("UPDATE issuer SET organisation_id = '0'")
    assert "Hill School is ready" in shell("init")
    assert "now teacher of Hill School" in shell("grant", "room:sam", "teacher")


def test_the_doctor_makes_nothing(shell: Shell) -> None:
    shutil.rmtree(shell.folder / "data")
    assert "there is none yet; run `laurel init`" in " ".join(shell("doctor", fails=1).split())
    assert not (shell.folder / "data").exists()


def test_the_doctor_misses_a_lost_key_file(shell: Shell) -> None:
    (shell.folder / "data/master.key").unlink()
    assert "restore it from your backup" in shell("doctor", fails=1)
    assert not (shell.folder / "data/master.key").exists()


def test_a_running_server_signs_with_a_rotated_key_at_once(shell: Shell) -> None:
    shell.say("rivera", "/award @sam Participation")
    with shell.running() as base:
        said = shell("keys", "rotate")
        assert "Riverside School signs badges with z6Mk" in said
        fresh = said.partition(" with ")[2].partition(" ")[0]
        [award] = shell.say("rivera", "/award @ana Participation")["awards"]
        document = httpx.get(f"{base}/awards/{award['id']}.json").json()
        assert document["proof"][0]["verificationMethod"].endswith(fresh)
    listed = shell("keys", "list")
    assert listed.count("z6Mk") == 2
    assert fresh in "".join(listed.split())
    assert listed.count("zDn") == 1
    assert "Badges signed before" in said
    assert fresh in shell("keys", "export-public")
    assert "there is no such kind" in shell("keys", "rotate", "--kind", "dsa", fails=2)
    assert "give one of these by name or id: Riverside School" in shell("keys", "rotate", "--issuer", "Hill", fails=2)


def test_a_lost_master_key_is_survived_with_a_backup(shell: Shell) -> None:
    shell.environment["LAUREL_BACKUP_PASSPHRASE"] = "short"
    assert "too short" in shell("keys", "backup", "keys.json", fails=2)
    shell.environment["LAUREL_BACKUP_PASSPHRASE"] = "correct horse battery staple"
    assert "keys.json holds 2 keys." in shell("keys", "backup", "keys.json")
    assert stat.S_IMODE((shell.folder / "keys.json").stat().st_mode) == 0o600
    assert "is there already" in shell("keys", "backup", "keys.json", fails=2)
    shell.say("rivera", "/award @sam Participation")
    (shell.folder / "data/master.key").unlink()
    assert "restore it from your backup" in shell("doctor", fails=1)
    shell.environment["LAUREL_BACKUP_PASSPHRASE"] = "a wrong passphrase"
    assert "The passphrase does not open this file" in shell("keys", "restore", "keys.json", fails=2)
    assert "No such file" in shell("keys", "restore", "nothing.json", fails=2)
    assert "is no backup of keys" in shell("keys", "restore", "data/laurel.db", fails=2)
    shell.environment["LAUREL_BACKUP_PASSPHRASE"] = "correct horse battery staple"
    assert "2 keys of 1 issuers are back." in shell("keys", "restore", "keys.json")
    assert "signs with z6Mk" in shell("doctor")
    assert len(shell.say("rivera", "/award @ana Participation")["awards"]) == 1


def test_an_award_is_exported_and_verified(shell: Shell) -> None:
    [award] = shell.say("rivera", "/award @sam Participation")["awards"]
    for form in ("ob3", "ob3-jcs", "jwt", "png", "svg"):
        assert shell("export", award["url"], "--format", form, "--out", f"badge.{form}").startswith(f"badge.{form}: ")
        assert "✗" not in shell("verify", f"badge.{form}")
    assert json.loads(shell("export", award["id"]))["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    shell("export", award["id"], "--format", "zip", "--out", "all.zip")
    with zipfile.ZipFile(shell.folder / "all.zip") as packed:
        packed.extractall(shell.folder / "all")
    [picture] = (shell.folder / "all").glob("*/badge.png")
    assert "✗" not in shell("verify", str(picture))
    assert "set [web] public_url first" in shell("export", award["id"], "--format", "ob2", fails=2)
    assert "there is no such award" in shell("export", "nothing", fails=2)
    assert "there is no such format" in shell("export", award["id"], "--format", "gif", fails=2)
    assert "cannot be written" in shell("export", award["id"], "--out", "no/such/folder.json", fails=2)


def test_everybody_in_a_file_is_awarded_at_once(shell: Shell) -> None:
    people = shell.folder / "class.csv"
    people.write_text("name,account\nSam,room:sam\n\nAna,room:ana\n", "utf-8")
    shell("say", "--as", "rivera", "/mybadges")
    how = ("--to", "class.csv", "--by", "room:rivera", "--for", "taking part", "--in", "class-8b")
    assert "2 lines are right; nothing was awarded." in shell("award", "Participation", *how, "--dry-run")
    assert "2 now hold Participation; 0 held it already." in shell("award", "Participation", *how)
    assert "0 now hold Participation; 2 held it already." in shell("award", "Participation", *how)
    assert "Participation" in shell("say", "--as", "sam", "/mybadges")
    assert "Nobody" not in shell("award", "Peer", *how, fails=2)
    for text, says in (
        ("", "line 1 has no column called account"),
        ("account\n", "names nobody"),
        ("account\nroom:sam\nroom:nobody\n,\n", "line 3: room:nobody: was never met here"),
        ('account\n"room', "is no CSV"),
    ):
        people.write_text(text, "utf-8")
        assert says in shell("award", "Participation", *how, fails=2)
    people.write_bytes(b"\xff\xfe")
    assert "it is not UTF-8" in shell("award", "Participation", *how, fails=2)
    people.write_text("account\nroom:sam\n", "utf-8")
    assert "nobody with that account" in shell("award", "Participation", "--to", "class.csv", "--by", "kim", fails=2)


def test_a_badge_is_detailed_and_endorsed_from_files(shell: Shell) -> None:
    details = shell.folder / "details.toml"
    details.write_text('achievement_type = "Course"\n[[alignment]]\nname = "Teamwork"\nurl = "https://example.org/1"\n')
    assert "Participation says more from now on (version 2)." in shell("detail", "Participation", "details.toml")
    assert "Riverside School endorses Participation." in shell(
        "endorse", "Participation", "--comment", "We rely on it."
    )
    [award] = shell.say("rivera", "/award @sam Participation")["awards"]
    achievement = json.loads(shell("export", award["id"]))["credentialSubject"]["achievement"]
    assert (achievement["achievementType"], achievement["alignment"][0]["targetName"]) == ("Course", "Teamwork")
    assert achievement["endorsement"][0]["credentialSubject"]["endorsementComment"] == "We rely on it."
    shell("export", award["id"], "--out", "badge.json")
    assert "✗" not in shell("verify", "badge.json")
    details.write_text('[[alignment]]\nname = "Teamwork"\nurl = "no address"\n')
    assert "cannot be signed" in shell("detail", "Participation", "details.toml", fails=2)
    details.write_text("= 1")
    assert "is no TOML" in shell("detail", "Participation", "details.toml", fails=2)
    assert "there is no such badge" in shell("endorse", "Chess", "--comment", "x", fails=2)
    assert "Say what is endorsed" in shell("endorse", fails=2)
    assert "It was not kept." in shell("endorse", "--import", "badge.json", fails=2)


def test_an_issuer_is_renamed_and_its_badges_are_signed_anew(shell: Shell) -> None:
    award = shell.say("rivera", "/award @sam Peer Mentoring for it")["awards"][0]["id"]
    said = shell("issuer", "rename", "Riverside Academy")
    assert "Riverside School is called Riverside Academy from now on." in said
    assert "Badges that go on saying the old name: 1. To sign them anew, add --reissue." in said
    assert json.loads(shell("export", award))["issuer"]["name"] == "Riverside School"
    said = shell("issuer", "rename", "Riverside Academy", "--reissue")
    assert "Badges signed anew: 1." in said
    assert json.loads(shell("export", award))["issuer"]["name"] == "Riverside Academy"
    assert "give a name of 1 to 200 characters" in shell("issuer", "rename", " ", fails=2)
    assert "write the address as https://" in shell("issuer", "rename", "A", "--url", "a.edu", fails=2)


def test_a_jwt_signed_with_rs256(shell: Shell) -> None:
    award = shell.say("rivera", "/award @sam Peer Mentoring for it")["awards"][0]["id"]
    assert "RS256 JWTs" not in shell("keys", "list")
    shell("export", award, "--format", "jwt", "--alg", "RS256", "--out", "badge.jwt")
    assert "RS256 JWTs" in shell("keys", "list")
    shell("verify", "badge.jwt")
    assert "no JWT is signed with that here" in shell("export", award, "--alg", "HS256", fails=2)
    assert "add --format jwt" in shell("export", award, "--alg", "RS256", fails=2)


def test_levels_from_a_file_to_many(shell: Shell) -> None:
    (shell.folder / "rubric.toml").write_text(
        '[[result]]\nname = "Tutoring"\nrequired_level = "Ready"\nlevels = [{name = "Ready"}, {name = "Expert"}]\n'
    )
    assert "says more from now on" in shell("detail", "Peer Mentoring", "rubric.toml")
    shell.say("rivera", "/award @sam @ana Participation for it")  # so that all are known
    (shell.folder / "class.csv").write_text("account\nroom:sam\nroom:ana\n")
    asked = ("award", "Peer Mentoring", "--to", "class.csv", "--by", "room:rivera")
    assert "Peer Mentoring is given at a level" in shell(*asked, fails=2)
    assert "cannot be given at Gold: choose Ready, Expert" in shell(*asked, "--level", "Gold", fails=2)
    assert "2 now hold Peer Mentoring" in shell(*asked, "--level", "expert")
    (shell.folder / "wrong.toml").write_text('[[alignment]]\nname = "A"\nurl = "https://a.example"\ncolour = "red"\n')
    assert "alignment.0.colour" in shell("detail", "Peer Mentoring", "wrong.toml", fails=2)
