"""Words for what others may see."""

from __future__ import annotations

from bot.core.commands import SetPrivacy
from bot.core.people import COLLECTIONS, PrivacyAsked
from bot.core.port import Field, Form, Option, Reply
from bot.core.words.saying import plain, reply, say


@reply.register
def _(o: PrivacyAsked, lang: str) -> Reply:
    if o.fresh:
        return Reply(say(lang, "Saved. You can change it any time."))
    options = tuple(Option(one, seen_by(one, lang)) for one in COLLECTIONS)
    fields = (
        Field(
            "collection",
            plain(lang, "Who may see my badges in the chat"),
            "choice",
            o.collection,
            options=options,
        ),
        Field(
            "public_name",
            plain(lang, "Show my name on the pages of my badges"),
            "yes",
            o.public_name,
            plain(lang, "Whoever has the address of a page can open it, even outside school."),
        ),
    )
    form = Form(plain(lang, "Who may see what"), plain(lang, "Save"), SetPrivacy(o.collection, o.public_name), fields)
    return Reply(say(lang, "You decide what others see."), (form,))


def seen_by(collection: str, lang: str) -> str:
    """Say who may see a collection."""
    return plain(lang, "Everyone in this chat") if collection == "class" else plain(lang, "Only I and my teachers")
