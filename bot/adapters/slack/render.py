"""A reply as Block Kit. Texts become rich text elements, which Slack shows literally: no markup in them ever acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from bot.core.cards import Drawing
from bot.core.commands import Command
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Form,
    Italic,
    Link,
    Mention,
    Node,
    Picture,
    Reply,
    Row,
    Rows,
    Span,
    Text,
    When,
    Where,
)

Json = dict[str, Any]

BLOCKS = 50  # in one message
TOGETHER = 12_000  # characters of a message's texts; Slack refuses more than about 13,200
LONGEST = 3_000  # characters of one text
LABEL = 75
VALUE = 2_000  # characters that a button can carry
ALT = 2_000
SMALL_ALT = 255
ADDRESS = 3_000
SIDE_BY_SIDE = 25
PLATFORM = "slack"
_FORMATS = {"date": "{date_short_pretty}", "moment": "{date_short_pretty}, {time}"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a reply needs to become blocks: whose workspace, where a picture is seen, what a button carries.

    `image` gives a picture's source as Block Kit has it, or None where Slack cannot get at it: its words stand
    there then. `asked` is the command that the reply answers; a form that cannot open at once is asked for again.
    """

    team: str
    image: Callable[[Drawing], Json | None]
    carry: Callable[[Command], str]
    asked: Command | None = None


def blocks(reply: Reply, look: Look) -> list[Json]:
    """Give a message's blocks, at most 50 of them."""
    return fitted(_blocks(reply, look), BLOCKS)


def fitted(found: Iterable[Json], most: int) -> list[Json]:
    """Keep to the number of blocks and the length that Slack takes; what is left out is seen to be left out."""
    left = TOGETHER
    kept: list[Json] = []
    for block in found:
        if len(kept) == most - 1 or left <= 0:
            kept.append(rich([element("…")]))
            break
        left -= _shorten(block, left)
        kept.append(block)
    return kept


def fallback(reply: Reply, look: Look) -> str:
    """Give the words of a notification: no markup in them, and nobody is mentioned twice."""
    cards = [node.title for node in reply.nodes if isinstance(node, Card)]
    said = "\n".join(filter(None, (_plain(text, look) for text in (reply.text, *cards))))
    return escaped(cut(said, LONGEST // 2)) or "…"


def escaped(text: str) -> str:
    """Take the meaning from the three characters that Slack gives one, where a text is read as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """Shorten a text visibly."""
    return text if len(text) <= most else text[: most - 1] + "…"


def plain_text(text: str, most: int) -> Json:
    """Make a text that Slack shows as it is."""
    return {"type": "plain_text", "text": cut(text.strip(), most) or "…", "emoji": False}


def element(text: str, **style: bool) -> Json:
    """Make an element of rich text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def rich(elements: list[Json]) -> Json:
    """Make a block of rich text."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def said(text: Text, look: Look, *, bold: bool = False) -> list[Json]:
    """Make a text into elements, cut to what Slack takes."""
    elements: list[Json] = []
    left = LONGEST
    for span in text:
        made = _element(span, look, bold)
        if "text" in made:
            if not made["text"]:
                continue
            made["text"] = cut(made["text"], max(left, 1))
            left -= len(made["text"])
        elements.append(made)
        if left <= 0:
            break
    return elements


def node_blocks(node: Node, look: Look) -> Iterator[Json]:
    """Give the blocks of one node."""
    match node:
        case Card():
            yield from _card(node, look)
        case Rows(rows):
            for row in rows:
                yield from _row(row, look)
        case Picture():
            yield image(node, look)
        case Buttons(buttons):
            yield from actions(buttons, look)
        case Form(title):
            if look.asked is not None:
                yield from actions((Button(title, look.asked, "primary"),), look)
        case _:
            assert_never(node)


def image(picture: Picture, look: Look) -> Json:
    """Show a picture, or, where Slack cannot get at it, say what it shows."""
    source = look.image(picture.drawing)
    if source is None:
        return rich([element(cut(picture.alt, LONGEST) or "…", italic=True)])
    return {"type": "image", **source, "alt_text": cut(picture.alt, ALT) or "…"}


def actions(buttons: tuple[Button, ...], look: Look) -> Iterator[Json]:
    """Put buttons side by side."""
    for start in range(0, len(buttons), SIDE_BY_SIDE):
        chosen = buttons[start : start + SIDE_BY_SIDE]
        yield {"type": "actions", "elements": [_button(b, i, look) for i, b in enumerate(chosen)]}


def opening(reply: Reply, look: Look) -> list[Json]:
    """Give a reply's own words; a refusal or a fault is seen to be one."""
    words = said(reply.text, look)
    if not words:
        return []
    mark = [] if reply.kind == "said" else [{"type": "emoji", "name": "warning"}, element(" ")]
    return [rich([*mark, *words])]


def _blocks(reply: Reply, look: Look) -> Iterator[Json]:
    yield from opening(reply, look)
    for node in reply.nodes:
        yield from node_blocks(node, look)


def _card(card: Card, look: Look) -> Iterator[Json]:
    if title := said(card.title, look, bold=True):
        yield rich(title)
    if card.picture is not None:
        yield image(card.picture, look)
    # What the picture shows stands beside it all the same: members search their chat for words.
    body = said(card.body, look)
    lines = [body] if body else []
    lines += [[element(f"{cut(label, 200)}: ", bold=True), *said(value, look)] for label, value in card.fields]
    if lines:
        yield rich(_lines(lines))
    yield from actions(card.buttons, look)


def _row(row: Row, look: Look) -> Iterator[Json]:
    lines = [line for line in (said(row.title, look, bold=True), said(row.detail, look)) if line]
    source = look.image(row.picture.drawing) if row.picture is not None else None
    if row.picture is not None and source is not None:
        # Only a section has room for a small picture, and only plain text in it is shown literally.
        words = "\n".join(filter(None, (_plain(row.title, look), _plain(row.detail, look))))
        small = {"type": "image", **source, "alt_text": cut(row.picture.alt, SMALL_ALT) or "…"}
        yield {"type": "section", "text": plain_text(words, LONGEST), "accessory": small}
    elif lines:
        yield rich(_lines(lines))
    yield from actions(row.buttons, look)


def _lines(lines: list[list[Json]]) -> list[Json]:
    elements: list[Json] = []
    for line in lines:
        elements += [element("\n"), *line] if elements else line
    return elements


def _element(span: Span, look: Look, bold: bool) -> Json:
    style = {"bold": True} if bold else {}
    match span:
        case str():
            return element(span, **style)
        case Bold(text):
            return element(text, bold=True)
        case Italic(text):
            return element(text, italic=True, **style)
        case Code(text):
            return element(text, code=True)
        case Link(text, url):
            if len(url) > ADDRESS:
                return element(text, **style)
            return {"type": "link", "url": url, "text": text or url, **({"style": style} if style else {})}
        case Mention(who, name):
            if (who.platform, who.space) != (PLATFORM, look.team):
                return element(name, bold=True)
            return {"type": "user", "user_id": who.id}
        case When(at, how):
            moment = {"type": "date", "timestamp": int(at.timestamp()), "format": _FORMATS[how]}
            return {**moment, "fallback": at.strftime("%Y-%m-%d" if how == "date" else "%Y-%m-%d %H:%M %Z")}
        case Where(place):
            if (place.platform, place.space) != (PLATFORM, look.team):
                return element(f"#{place.id}", **style)
            return {"type": "channel", "channel_id": place.id}
        case _:
            assert_never(span)


def _button(button: Button, index: int, look: Look) -> Json:
    made: Json = {"type": "button", "text": plain_text(button.label, LABEL)}
    if isinstance(button.does, str):
        made |= {"action_id": f"open:{index}", "url": button.does[:ADDRESS]}
    else:
        made |= {"action_id": f"press:{index}", "value": look.carry(button.does)}
    return made if button.style == "plain" else {**made, "style": button.style}


def _plain(text: Text, look: Look) -> str:
    return "".join(_flat(_element(span, look, bold=False), span) for span in text)


def _flat(made: Json, span: Span) -> str:
    if isinstance(span, Mention):
        return span.name
    if isinstance(span, Where):
        return f"#{span.place.id}"
    flat: str = made.get("text") or made["fallback"] if made.get("type") == "date" else made.get("text", "")
    return flat


def _shorten(block: Json, most: int) -> int:
    """Cut a block's texts to `most` characters together; tell how many there are then."""
    if block["type"] == "section":
        block["text"]["text"] = cut(block["text"]["text"], max(most, 1))
        return len(block["text"]["text"])
    total = 0
    for section in block.get("elements", ()) if block["type"] == "rich_text" else ():
        kept = []
        for one in section["elements"]:
            if total >= most:
                break
            if "text" in one:
                one["text"] = cut(one["text"], max(most - total, 1))
            total += len(one.get("text") or one.get("fallback") or one.get("user_id") or one.get("channel_id", ""))
            kept.append(one)
        section["elements"] = kept
    return total
