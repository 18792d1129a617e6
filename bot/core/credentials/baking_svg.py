"""Badges inside SVG pictures: `<openbadges:credential>` read and written, with no entities of the picture's own."""

import re
from xml.parsers import expat

from bot.core.credentials.baking import MAX_PICTURE, MAX_TEXT, NotABadge

NAMESPACES = ("https://purl.imsglobal.org/ob/v3p0", "http://purl.imsglobal.org/ob/v3p0")
OB2_NAMESPACE = "http://openbadges.org"
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = {f"{namespace} credential" for namespace in NAMESPACES}
_OB2_ELEMENT = f"{OB2_NAMESPACE} assertion"
_MAX_DEPTH = 200
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_PREFIX = re.compile(rb"\sxmlns:openbadges\s*=\s*(\"[^\"]*\"|'[^']*')")
_ENDS_EARLY = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


def is_svg(data: bytes) -> bool:
    """Say whether the bytes look like an SVG document; reading it says for certain."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in data[:65536]


def unbake_svg(picture: bytes, *, ob2: bool = False) -> str:
    """Take the credential's text out of a baked SVG: the element's CDATA, or a JWT in its `verify` attribute.

    With `ob2`, the same for `openbadges:assertion`. Raises `NotABadge`.
    """
    return _read(picture, ob2=ob2).found()


def bake_svg(picture: bytes, credential: str, *, ob2: bool = False, verify: str = "") -> bytes:
    """Return the SVG with the credential in the first element of its root (OB 3.0, section 5.3.2).

    `credential` is JSON text, or a compact JWS, which goes into the attribute `verify`. With `ob2` it is an
    assertion's JSON, and `verify` the address where that is hosted. One of the same kind is replaced; the rest
    of the picture, a badge of the other edition included, stays as it is byte for byte. Raises `NotABadge`.
    """
    if len(credential.encode(errors="replace")) > MAX_TEXT:
        raise NotABadge("too-large")
    is_jws = not credential.lstrip().startswith("{")
    if _UNWRITABLE.search(credential) or _UNWRITABLE.search(verify) or (is_jws and not _is_attribute(credential)):
        raise NotABadge("bad-text")
    reader = _read(picture, ob2=ob2)
    try:
        picture.decode()
    except UnicodeDecodeError as error:  # what is put in is UTF-8, so the rest must be too
        raise NotABadge("bad-text") from error
    if reader.encoding not in (None, "utf-8", "us-ascii"):
        raise NotABadge("bad-text")
    for start, end in reversed(reader.places):
        picture = picture[:start] + picture[end:]
    tag = _TAG.match(picture, reader.root)
    if tag is None or tag[0].endswith(b"/>"):
        raise NotABadge("not-an-svg")  # a root without content is no picture
    namespace = (OB2_NAMESPACE if ob2 else NAMESPACES[0]).encode()
    declared = _PREFIX.search(tag[0])
    opened = tag[0]
    here = b""
    if declared is None:
        opened = tag[0][:-1] + b' xmlns:openbadges="' + namespace + b'">'
    elif declared[1][1:-1] != namespace:
        here = b' xmlns:openbadges="' + namespace + b'"'  # the prefix belongs to a badge of the other edition
    element = _element("assertion" if ob2 else "credential", here, credential, credential if is_jws else verify, is_jws)
    return picture[: tag.start()] + opened + element + picture[tag.end() :]


def _element(name: str, declaration: bytes, credential: str, verify: str, is_jws: bool) -> bytes:
    attribute = f' verify="{verify.replace("&", "&amp;").replace("<", "&lt;").replace(chr(34), "&quot;")}"'
    start = f"<openbadges:{name}".encode() + declaration + (attribute.encode() if verify else b"")
    if is_jws:
        return start + b"/>"
    # "]]>" can only stand inside a JSON string, where its last character has another spelling.
    text = credential.replace("]]>", "]]\\u003e")
    return start + f"><![CDATA[{text}]]></openbadges:{name}>".encode()


def _is_attribute(text: str) -> bool:
    return text.isascii() and not set("\"'<>& \t\r\n") & set(text)


def _read(picture: bytes, *, ob2: bool) -> "_Reader":
    if len(picture) > MAX_PICTURE:
        raise NotABadge("too-large")
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader({_OB2_ELEMENT} if ob2 else _ELEMENTS, parser, picture)
    parser.XmlDeclHandler = reader.declaration
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(picture, True)
    except expat.ExpatError as error:
        raise NotABadge(_trouble(error.code) if reader.depth else "not-an-svg") from error
    except (LookupError, ValueError) as error:  # odd encodings
        raise NotABadge("not-an-svg") from error
    return reader


def _trouble(code: int) -> str:
    """Name what is wrong with a picture whose beginning was well-formed."""
    return "truncated" if code in _ENDS_EARLY else "damaged"


class _Reader:
    """What one pass over a picture finds: texts, and where in the bytes their elements stand."""

    def __init__(self, elements: set[str], parser: expat.XMLParserType, picture: bytes) -> None:
        self.elements = elements
        self.parser = parser
        self.picture = picture
        self.encoding: str | None = None
        self.root = 0
        self.depth = 0
        self.inside: int | None = None
        self.began = 0
        self.parts: list[str] = []
        self.length = 0
        self.texts: list[str] = []
        self.places: list[tuple[int, int]] = []

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding.lower() if encoding else None

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        # Many editors write a plain document type, and expat fetches nothing for it. One with declarations of
        # its own could define entities that multiply without end.
        if has_subset:
            raise NotABadge("entities")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0:
            if name != f"{_SVG} svg":
                raise NotABadge("not-an-svg")
            self.root = self.parser.CurrentByteIndex
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise NotABadge("too-large")
        if self.inside is None and name in self.elements:
            self.inside = self.depth
            self.began = self.parser.CurrentByteIndex
            self.parts = [attributes.get("verify", "")]

    def end(self, _name: str) -> None:
        if self.inside == self.depth:
            # The content counts; the attribute is where a JWT stands, beside at most white space.
            content = "".join(self.parts[1:]).strip()
            self.texts.append(content or self.parts[0].strip())
            self.inside = None
            tag = _TAG.match(self.picture, self.began)
            if tag is None or not tag[0].endswith(b"/>"):
                tag = _TAG.match(self.picture, self.parser.CurrentByteIndex)
            self.places.append((self.began, tag.end() if tag else self.began))
        self.depth -= 1

    def text(self, text: str) -> None:
        if self.inside is not None:
            self.length += len(text)
            if self.length > MAX_TEXT:
                raise NotABadge("too-large")
            self.parts.append(text)

    def found(self) -> str:
        match sorted(set(self.texts)):
            case []:
                raise NotABadge("no-credential")
            case [text]:
                return text
            case _:
                raise NotABadge("several-credentials")
