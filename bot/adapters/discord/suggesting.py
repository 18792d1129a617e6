"""Which of Discord's options is completed with what, while somebody types."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.discord.directory import ref
from bot.adapters.discord.slashes import Slash
from bot.core.app import App
from bot.core.port import Actor, Choice, Person
from bot.core.suggesting import Purpose

PURPOSES: Mapping[tuple[str, ...], Purpose] = {
    ("award",): "award",
    ("revoke",): "revoke",
    ("laurel", "suspend"): "suspend",
    ("laurel", "reinstate"): "reinstate",
    ("badge", "show"): "show",
    ("badge", "edit"): "change",
    ("badge", "archive"): "change",
    ("badge", "role"): "role",
    ("badge", "restore"): "restore",
}


async def suggest(app: App, actor: Actor, slash: Slash) -> tuple[Choice, ...]:
    """Give what fits what is typed so far, best first."""
    purpose: Purpose = "goal" if slash.focused == "goal" else PURPOSES[slash.path]
    student = slash.options.get("student")
    holder = Person(ref(student), "") if student else None
    return await app.suggest(actor, purpose, slash.text(slash.focused), holder=holder)
