"""Text from anyone made safe to draw: one line of whole user-perceived characters, bounded in length."""

from unicodedata import category, combining, east_asian_width, normalize

MOST_CHARACTERS = 400
"""No picture has room for more; what is beyond is cut and shown as cut."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_MOST_MARKS = 6
"""Code points that may pile up on one base letter; the tallest honest stacks (Tibetan, Hebrew) need five."""
_MOST_JOINED = 12
_JOINER = "\u200d"
_KEPT_FORMATS = frozenset("\u200c\u200d")
"""The joiners are spelling in Persian, in Indic scripts and in emoji; every other format control goes."""


def clean(text: str) -> list[str]:
    """`text` as clusters (a letter with its marks, a whole emoji), spaces collapsed, controls gone.

    Where it was too long the last cluster is an ellipsis.
    """
    most = MOST_CHARACTERS * 4
    found: list[str] = []
    for char in normalize("NFC", text[:most]):
        _append(found, char)
        if len(found) > MOST_CHARACTERS:
            break
    cut = len(text) > most or len(found) > MOST_CHARACTERS
    del found[MOST_CHARACTERS:]
    if found and found[-1] == " ":
        found.pop()
    return [*found, ELLIPSIS] if cut else found


def is_emoji(cluster: str) -> bool:
    """Whether `cluster` asks to be drawn as a colour picture."""
    if "\ufe0f" in cluster or "\ufe0e" in cluster:
        return "\ufe0f" in cluster
    # Below the emoji blocks, the symbols that are pictures by default are those Unicode made wide.
    return ord(cluster[0]) >= 0x1F000 or (cluster[0] < "\u2e80" and east_asian_width(cluster[0]) == "W")


def _append(found: list[str], char: str) -> None:
    kind = category(char)
    if kind in {"Cs", "Cn", "Co"}:
        found.append(UNKNOWN)  # half a surrogate pair, or a character nobody has assigned
    elif char.isspace():
        if found and found[-1] != " ":
            found.append(" ")
    elif kind in {"Cc", "Cf"} and char not in _KEPT_FORMATS:
        return
    elif found and found[-1] != " " and _continues(found[-1], char, kind):
        if len(found[-1]) < _limit(found[-1]):
            found[-1] += char
        elif kind == "Lo":
            found.append(char)
    elif char not in _KEPT_FORMATS:
        found.append(char)


def _continues(cluster: str, char: str, kind: str) -> bool:
    code = ord(char)
    if kind in {"Mn", "Mc", "Me"} or char in _KEPT_FORMATS or 0x1F3FB <= code <= 0x1F3FF:
        return True
    if cluster[-1] == _JOINER:
        return ord(cluster[0]) >= 0x2190 and kind == "So"
    if combining(cluster[-1]) == 9:  # a virama: the next consonant joins
        return kind == "Lo"
    return 0x1F1E6 <= code <= 0x1F1FF and len(cluster) == 1 and 0x1F1E6 <= ord(cluster) <= 0x1F1FF


def _limit(cluster: str) -> int:
    return _MOST_JOINED if _JOINER in cluster or ord(cluster[0]) >= 0x1F000 else 1 + _MOST_MARKS
