"""A reply as what the page draws: plain JSON in which every text is data, never markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never
from urllib.parse import urlsplit

from bot.core import cards, wire
from bot.core.cards import Drawing
from bot.core.files import BIGGEST
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Italic,
    Link,
    Mention,
    Node,
    Person,
    Picture,
    Reply,
    Row,
    Rows,
    Span,
    Text,
    When,
    Where,
)

PictureUrl = Callable[[Drawing], str]
Json = dict[str, Any]


def to_json(reply: Reply, picture_url: PictureUrl) -> Json:
    """Make a reply into JSON; `picture_url` gives where a drawing can be seen."""
    nodes = [_node(node, picture_url) for node in reply.nodes]
    return {"kind": reply.kind, "text": spans(reply.text), "nodes": nodes}


def spans(text: Text) -> list[Json]:
    """Make a text into a list of its spans."""
    return [_span(span) for span in text]


def is_web(url: str) -> bool:
    """Tell whether an address may be opened by a click: http and https only."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _span(span: Span) -> Json:
    match span:
        case str():
            return {"is": "text", "text": span}
        case Bold(text):
            return {"is": "bold", "text": text}
        case Italic(text):
            return {"is": "italic", "text": text}
        case Code(text):
            return {"is": "code", "text": text}
        case Link(text, url):
            return {"is": "link", "text": text, "url": url} if is_web(url) else {"is": "text", "text": text}
        case Mention(who, name):
            return {"is": "mention", "text": name, "handle": who.id if who.platform == "room" else ""}
        case When(at, style):
            return {"is": "when", "at": at.isoformat(), "style": style}
        case Where(place):
            return {"is": "text", "text": f"#{place.id}"}
        case _:
            assert_never(span)


def _node(node: Node, picture_url: PictureUrl) -> Json:
    match node:
        case Card(title, body, picture, fields, buttons, drawn):
            return {
                "is": "card",
                "title": spans(title),
                "body": spans(body),
                "drawn": sorted(drawn),
                "picture": _picture(picture, picture_url) if picture else None,
                "fields": [{"label": label, "value": spans(value)} for label, value in fields],
                "buttons": [_button(b) for b in buttons],
            }
        case Rows(rows):
            return {"is": "rows", "rows": [_row(row, picture_url) for row in rows]}
        case Picture():
            return {"is": "picture", "picture": _picture(node, picture_url)}
        case Buttons(buttons):
            return {"is": "buttons", "buttons": [_button(b) for b in buttons]}
        case Form():
            return _form(node, picture_url)
        case _:
            assert_never(node)


def _row(row: Row, picture_url: PictureUrl) -> Json:
    return {
        "title": spans(row.title),
        "detail": spans(row.detail),
        "picture": _picture(row.picture, picture_url) if row.picture else None,
        "buttons": [_button(b) for b in row.buttons],
    }


def _picture(picture: Picture, picture_url: PictureUrl) -> Json:
    # Drawn at twice the size it is shown at, so that it is sharp on every screen.
    width, height = cards.size(picture.drawing)
    shape = "emblem" if isinstance(picture.drawing, cards.Emblem) else "wide"
    return {
        "url": picture_url(picture.drawing),
        "alt": picture.alt,
        "width": width // 2,
        "height": height // 2,
        "shape": shape,
    }


def _button(button: Button) -> Json:
    if isinstance(button.does, str):
        address = button.does if is_web(button.does) else ""
        return {"label": button.label, "style": button.style, "url": address}
    pressed = [who.id for who in button.pressed_by if who.platform == "room"]
    return {
        "label": button.label,
        "style": button.style,
        "command": wire.to_json(button.does),
        # A button that is never on says nothing about it.
        **({"pressed_by": pressed} if pressed else {}),
    }


def _form(form: Form, picture_url: PictureUrl) -> Json:
    return {
        "is": "form",
        "title": form.title,
        "submit": form.submit,
        "command": wire.to_json(form.command),
        "fields": [_field(field) for field in form.fields],
        "live": form.live,
        "preview": _picture(form.preview, picture_url) if form.preview else None,
    }


def _field(field: Field) -> Json:
    value = field.value
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "value": [one.ref.id if isinstance(one, Person) else one for one in value]
        if isinstance(value, tuple)
        else value,
        "hint": field.hint,
        "problem": field.problem,
        "required": field.required,
        "max_length": field.max_length,
        "options": [{"value": o.value, "label": o.label} for o in field.options],
        "others": field.others,
        **({"biggest": BIGGEST} if field.kind == "files" else {}),
    }
