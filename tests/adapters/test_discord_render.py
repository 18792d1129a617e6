"""Whatever the core says, Discord gets payloads that it takes, and no text in them acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.adapters.discord import forms as modals
from bot.adapters.discord.fitting import CUSTOM_ID, Look, Message, name_of
from bot.adapters.discord.forms import Kept
from bot.adapters.discord.markup import Atom, atoms, escaped, write
from bot.adapters.discord.mentions import prose, words
from bot.adapters.discord.menu import RHYTHMS, commands, compared
from bot.adapters.discord.render import message, messages
from bot.adapters.discord.suggesting import PURPOSES
from bot.core import keeping, wire
from bot.core.cards import Emblem
from bot.core.commands import AskAward, AwardBadge, Command, Congratulate, ShowAward, ShowBadges
from bot.core.port import (
    Bold,
    Button,
    Code,
    Field,
    Form,
    Italic,
    Link,
    MemberRef,
    Mention,
    Option,
    Person,
    Picture,
    Reply,
    Row,
    Rows,
)
from bot.core.slashes import SLASHES
from tests.adapters.discord_limits import (
    V2,
    components,
    problems_of_commands,
    problems_of_message,
    problems_of_modal,
)
from tests.adapters.discord_rig import shown
from tests.adapters.replies import EMBLEM, HOSTILE, forms, replies
from tests.adapters.replies import words as texts

GUILD, SAM = "700000000000000001", "700000000000000012"
slow = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
REPLIES = replies("discord", GUILD, SAM)


def carry(command: Command, most: int) -> str:
    text = wire.to_json(command)
    return text if len(text) <= most else keeping.token(text, bytes(32))


def opens(form: Form, page: int, of: int) -> str:
    start = f"f{page}.{of}.{id(form) % 2**32:08x}:"
    return start + carry(form.command, CUSTOM_ID - len(start))


LOOK = Look(carry, opens)


def payload(made: Message) -> dict[str, Any]:
    """Make a message into what discord.py sends."""
    pictures = enumerate(made.pictures)
    return {
        "components": made.components,
        "flags": V2,
        "attachments": [{"id": i, "filename": name_of(i), "description": "x"} for i, _ in pictures],
        "allowed_mentions": {"parse": [], "users": list(made.mentions)},
    }


def said(made: Message) -> list[str]:
    return [one["content"] for one in components(made.components) if one["type"] == 10]


@slow
@given(REPLIES)
def test_every_message_is_one_that_discord_takes(reply: Reply) -> None:
    for made in messages(reply, LOOK):
        assert problems_of_message(payload(made), {}) == []


@slow
@given(REPLIES)
def test_a_channel_gets_one_message_that_discord_takes(reply: Reply) -> None:
    made = message(reply, LOOK, mentions=True)
    assert problems_of_message(payload(made), {}) == []
    assert set(made.mentions) <= {SAM}


@slow
@given(REPLIES)
def test_nobody_is_mentioned_but_who_is_meant(reply: Reply) -> None:
    for made in messages(reply, LOOK):
        for text in said(made):
            acting = re.sub(r"`[^`\n]+`|\\[^0-9A-Za-z\s]", "", text)  # without what is shown literally
            acting = re.sub(r"<https?://[^\s>]+>|\]\(https?://\S+\)", "", acting)
            harmless = re.findall(r"<t:\d+:[Df]>|<#\d+>", acting)  # a moment, or the name of a channel
            assert set(re.findall(r"<[@#:t/][^>]*>", acting)) <= {f"<@{SAM}>", *harmless}
            assert "@everyone" not in acting
            assert "@here" not in acting
        assert made.mentions == ()


@given(texts)
@example("https://example.org/a_b*c* and *this*")
@example("1. one\n- two\n+ three\n# four\n-# five\n> six")
def test_a_text_is_shown_as_it_is(text: str) -> None:
    assert shown(escaped(text)).replace("\u200b", "") == text.replace("\u200b", "")


@given(st.lists(st.tuples(st.sampled_from([str, Bold, Italic, Code]), texts), max_size=4))
def test_marks_change_nothing_that_is_read(parts: list[tuple[type, str]]) -> None:
    made = write(atoms(tuple(kind(text) for kind, text in parts)), 10**6)
    assert shown(made).replace("\u200b", "") == "".join(text for _, text in parts).replace("\u200b", "")


@given(st.lists(texts, max_size=4), st.integers(1, 200))
def test_a_text_is_cut_where_it_may_be(parts: list[str], most: int) -> None:
    whole = "".join(parts)
    made = write(tuple(Atom(part) for part in parts), most)
    assert len(made) <= most
    read = shown(made).replace("\u200b", "")
    assert read == whole.replace("\u200b", "") or whole.replace("\u200b", "").startswith(read.removesuffix("…"))


@slow
@given(forms())
def test_every_page_of_a_form_is_one_that_discord_takes(form: Form) -> None:
    kept = Kept(form, ShowBadges(), ("What can be earned?",))
    asked: list[str] = []
    for page in range(len(modals.pages(form))):
        made = modals.modal(kept, page, f"m{page}.1.00000000:" + carry(form.command, 80))
        assert problems_of_modal(made) == []
        asked += [one["component"]["custom_id"].partition("#")[0] for one in made["components"] if one["type"] == 18]
    assert list(dict.fromkeys(asked)) == [field.name for field in form.fields]  # nothing is left out


@slow
@given(forms(), st.data())
def test_a_form_that_is_sent_as_it_opened_says_what_it_held(form: Form, data: st.DataObject) -> None:
    kept = Kept(form, ShowBadges())
    answered: dict[str, Any] = {}
    for page in range(len(modals.pages(form))):
        made = modals.modal(kept, page, "m0.1.00000000:{}")
        sent = [
            {"type": 18, "component": left_alone(one["component"])} for one in made["components"] if "component" in one
        ]
        answered |= modals.answers({"components": sent})
    answered = modals.settled(answered, kept, form.command)
    for field in form.fields:
        value = field.value[:4000] if isinstance(field.value, str) else field.value
        given_back = answered[field.name]
        if field.kind == "files":
            assert given_back == (modals.Ticked(field.value) if field.options else modals.Uploaded(()))  # type: ignore[arg-type]
        elif field.kind == "choice" and len(field.options) > 25 and not field.badges:
            assert given_back == value
        elif isinstance(value, str) and field.kind in ("line", "text", "date"):
            assert given_back == value or len(value) > max(field.max_length, 1)
        else:
            assert given_back == value


def left_alone(asked: dict[str, Any]) -> dict[str, Any]:
    match asked["type"]:
        case 4:
            return {**asked, "value": asked.get("value", "")}
        case 3:
            return {**asked, "values": [o["value"] for o in asked["options"] if o.get("default")]}
        case 5:
            return {**asked, "values": [one["id"] for one in asked.get("default_values", ())]}
        case 19:
            return asked
        case 22:
            return {**asked, "values": [o["value"] for o in asked["options"] if o.get("default")]}
    return {**asked, "value": asked["default"]}


def test_of_several_menus_for_one_question_the_changed_one_counts() -> None:
    options = tuple(Option(str(i), f"Icon {i}") for i in range(60))
    form = Form("t", "s", AwardBadge((), "30"), (Field("badge", "Icon", "choice", "30", options=options),))
    kept = Kept(form, ShowBadges())
    assert [question.name for page in modals.pages(form) for question in page] == ["badge#0", "badge#1", "badge#2"]
    for given_, wanted in (
        ({"badge#0": "", "badge#1": "30", "badge#2": ""}, "30"),
        ({"badge#0": "7", "badge#1": "30", "badge#2": ""}, "7"),
        ({"badge#0": "", "badge#1": "30", "badge#2": "59"}, "59"),
        ({"badge#0": "", "badge#1": "", "badge#2": ""}, ""),
    ):
        assert modals.settled(given_, kept, form.command)["badge"] == wanted


def test_a_badge_that_was_typed_is_known_by_its_name() -> None:
    options = tuple(Option(str(i), f"Badge {i}") for i in range(60))
    field = Field("badge", "Badge", "choice", "30", options=options, badges=True)
    kept = Kept(Form("t", "s", AwardBadge((), "30"), (field,)), ShowBadges())
    [[question]] = modals.pages(kept.form)
    assert modals.modal(kept, 0, "m")["components"][0]["component"]["value"] == "Badge 30"
    assert modals.settled({question.name: "badge 7"}, kept, kept.form.command) == {"badge": "7"}
    assert modals.settled({question.name: "Chess"}, kept, kept.form.command) == {"badge": "Chess"}


def test_a_whole_page_of_badges_fits_one_message_and_loses_nothing() -> None:
    rows = tuple(
        Row(
            (Bold(f"Badge {i}"),),
            ("2026-11-23, from Ms Rivera",),
            Picture(Emblem(EMBLEM.shape, EMBLEM.colour, icon), f"Badge {i}"),
            (
                Button("Show", ShowAward(f"show-{i}")),
                Button("Verify", ShowAward(f"verify-{i}")),
                Button("Download", f"https://badges.example/{i}.png"),
            ),
        )
        for i, icon in enumerate(["star"] * 10)
    )
    [made] = messages(Reply(("You hold 10 badges.",), (Rows(rows),)), LOOK)
    assert problems_of_message(payload(made), {}) == []
    menus = [one for one in components(made.components) if one["type"] == 3]
    assert [[option["label"] for option in menu["options"]] for menu in menus] == [["Show", "Verify"]] * 10
    assert "\n".join(said(made)).count("[Download](https://badges.example/") == 10


def test_what_no_button_takes_stands_in_the_text() -> None:
    long = "https://linkedin.example/?" + "x" * 600
    reply = Reply((), (Rows((Row(("t",), buttons=(Button("Add it", long), Button("Local", "http://localhost/x"))),)),))
    text = "\n".join(said(messages(reply, LOOK)[0]))
    assert f"[Add it]({long})" in text
    assert "`http://localhost/x`" in text


@pytest.mark.parametrize("name", [*HOSTILE, "@everyone", "<@700000000000000012>"])
def test_a_name_pings_nobody(name: str) -> None:
    reply = Reply((Bold(name), " earned ", Mention(MemberRef("discord", GUILD, SAM), name)))
    made = message(reply, LOOK, mentions=True)
    assert made.mentions == (SAM,)
    assert payload(made)["allowed_mentions"] == {"parse": [], "users": [SAM]}


def test_a_link_shows_its_words_and_hides_no_other_address() -> None:
    assert write(atoms((Link("Sam [x](https://evil.example)", "https://a.example/(b) c"),)), 500).startswith("Sam")
    assert write(atoms((Link("Sam]", "https://a.example/(b)"),)), 500) == r"[Sam\]](https://a.example/%28b%29)"
    assert write(atoms((Link("https://bank.example", "https://a.example/"),)), 500) == "<https://a.example/>"
    assert write(atoms((Link("Sam", "javascript:alert(1)"),)), 500) == "Sam"


# -- the commands ------------------------------------------------------------------------------------------------


def test_the_commands_are_ones_that_discord_takes() -> None:
    assert problems_of_commands(list(commands())) == []


def test_the_commands_are_described_in_every_language_that_laurel_speaks() -> None:
    def every(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield one
        for inner in (*one.get("options", ()), *one.get("choices", ())):
            yield from every(inner)

    spoken = {"de", "es-ES", "es-419"}
    for one in (one for command in commands() for one in every(command)):
        if one.get("description"):
            assert set(one["description_localizations"]) == spoken, one["name"]
            assert all(len(text) <= 100 and "…" not in text for text in one["description_localizations"].values())
        elif one.get("value") in RHYTHMS or (one.get("type") in (2, 3) and "options" not in one and "value" not in one):
            assert set(one["name_localizations"]) == spoken, one["name"]


def test_no_command_is_missing() -> None:
    there = set()
    for command in commands():
        subs = [option["name"] for option in command.get("options", ()) if option["type"] == 1]
        there |= {f"/{command['name']} {sub}" for sub in subs} or {f"/{command['name']}"}
    first = {"mybadges-other": "/mybadges show", "mybadges": "/mybadges show", "goals": "/goals list"}
    for slash in SLASHES:
        words_ = slash.form.split()
        form = first.get(slash.topic, " ".join(words_[: 1 if words_[0] in there else 2]))
        assert form in there, slash.form


def test_every_option_that_is_completed_has_a_purpose() -> None:
    def completed(one: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
        for option in one.get("options", ()):
            if option.get("autocomplete"):
                yield path, option["name"]
            yield from completed(option, (*path, option["name"]))

    found = {hit for made in commands() for hit in completed(made, (made["name"],))}
    assert {path for path, name in found if name == "badge"} == set(PURPOSES)
    assert {name for _, name in found} == {"badge", "goal"}


def test_what_discord_gives_back_is_known_to_be_the_same() -> None:
    for command in commands():
        kept = {key: value for key, value in command.items() if value not in (False, [])}
        noise = {"id": "1", "application_id": "2", "version": "3", "nsfw": False, "default_member_permissions": None}
        assert compared({**noise, "dm_permission": True, **kept}) == compared(command)
        assert compared({**command, "name": "other"}) != compared(command)


# -- what members type -------------------------------------------------------------------------------------------

ZOE = Person(MemberRef("discord", GUILD, "5"), "Zoë")


async def find(user: str) -> Person | None:
    return ZOE if user == "5" else None


def name_of_role(id_: str) -> str:
    return {"7": "Teachers"}.get(id_, "")


async def test_mentions_in_a_text_become_people() -> None:
    assert await words("a <@5> b <@!5><@6>", find, name_of_role) == ("a ", ZOE, " b ", ZOE, "@6")
    text = "<@5>, <@&7> in <#9>: </goals add:3> <:party:4> <t:1:R> <@x>"
    assert await prose(text, find, name_of_role) == ("Zoë, @Teachers in #9: /goals add :party: 1 <@x>", (ZOE,))


def test_the_form_of_a_message_has_room_for_what_it_says() -> None:
    form = Form("Award", "Award", AwardBadge((), ""), (Field("recipients", "Who", "people"),))
    made = modals.modal(Kept(form, AskAward(), ("This message by ", Bold("*Zoë*"))), 0, "m")
    assert shown(made["components"][0]["content"]) == "This message by *Zoë*"
    assert wire.from_json(carry(Congratulate("x"), 100)) == Congratulate("x")
