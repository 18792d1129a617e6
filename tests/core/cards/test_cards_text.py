"""How text is cleaned, ordered, wrapped, shrunk and cut."""

import pytest
from cards_samples import CELEBRATION
from PIL import features

from bot.core.cards import ROBOTO_ONLY, Celebration, draw, raqm_available
from bot.core.cards import text as setting
from bot.core.cards.bidi import levels, rightward, visual_order
from bot.core.cards.clean import ELLIPSIS, MOST_CHARACTERS, clean, is_emoji
from bot.core.cards.faces import loaded
from bot.core.cards.text import Setter, Style, shown

SETTER = Setter(ROBOTO_ONLY, 0)


def lines(text: str, style: Style, width: float) -> list[str]:
    return ["".join(cluster.text for cluster in line) for line in SETTER.fit(text, style, width, 1).lines]


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("  a \n\t b ", ["a", " ", "b"]),
        ("e\u0301", ["é"]),
        ("q\u0307x", ["q\u0307", "x"]),
        ("a\u202eb\u200bc\ufeff", ["a", "b", "c"]),
        ("👩🏽\u200d🔬!", ["👩🏽\u200d🔬", "!"]),
        ("🇪🇸🇫🇷", ["🇪🇸", "🇫🇷"]),
        ("क्षि", ["क्षि"]),
        ("\u0645\u06cc\u200c\u062e", ["\u0645", "\u06cc\u200c", "\u062e"]),
        ("\ud800", ["\ufffd"]),
        ("\u200d\u200c", []),
    ],
)
def test_clean_gives_whole_characters(text: str, clusters: list[str]) -> None:
    assert clean(text) == clusters


def test_clean_bounds_length_and_towers() -> None:
    assert len(clean("x" * 10_000)) == MOST_CHARACTERS + 1
    assert clean("x" * 10_000)[-1] == ELLIPSIS
    assert max(len(cluster) for cluster in clean("Z" + "\u0351" * 500 + "a")) <= 7
    assert max(len(cluster) for cluster in clean("👩" + "\u200d👩" * 500)) <= 12


@pytest.mark.parametrize(
    ("base", "text", "seen"),
    [
        (0, "abc אבג def", "abc גבא def"),
        (1, "אבג abc דהו", "והד abc גבא"),
        (0, "אבג 123", "123 גבא"),
        (1, "2026 אבג", "גבא 2026"),
        (0, "abc (אבג)", "abc (גבא)"),
        (0, "אב, גד!", "דג ,בא!"),
        (1, "Chi-square (2026) אבג", "גבא Chi-square (2026)"),
        (1, "אב (cd) אב", "בא )cd( בא"),
        (0, "ab (אב) אב", "ab (בא) בא"),
        (0, "ab (אב", "ab (בא"),
        (1, "אב 1,5% גד", "דג 1,5% בא"),
        (0, "ابج 12", "12 جبا"),
    ],
)
def test_mixed_directions_are_ordered_as_unicode_says(base: int, text: str, seen: str) -> None:
    runs = [(char, level) for char, level in zip(text, levels(text, base), strict=True)]
    assert "".join(char for char, _ in visual_order(runs, [level for _, level in runs])) == seen


def test_a_card_reads_the_way_most_of_its_letters_do() -> None:
    assert rightward(["سارة earned Peer Tutor"])
    assert not rightward(["مساعدة الزملاء", "(Chi-Square)"])
    assert rightward(["", "123"])


def test_long_text_wraps_then_shrinks_then_is_cut() -> None:
    style = Style(20, 12, lines=2)
    assert lines("Peer Tutor", style, 400) == ["Peer Tutor"]
    assert lines("A badge with a longer name", style, 150) == ["A badge with", "a longer name"]
    shrunk = SETTER.fit("A badge with a much longer name", style, 150, 1)
    assert shrunk.size < 20
    assert not shrunk.cut
    cut = SETTER.fit("A badge with a much longer name than anyone should give", style, 150, 1)
    assert cut.size == 12
    assert cut.cut


def test_a_word_wider_than_its_column_is_broken() -> None:
    broken = lines("W" * 30, Style(20, 20, lines=3), 200)
    assert len(broken) == 3
    assert all(SETTER.measure(SETTER.paragraph(line), "regular", 20) <= 200 for line in broken)


def test_no_line_holds_a_lonely_word() -> None:
    assert lines("one two three four five", Style(20, 20, lines=2), 195) == ["one two three", "four five"]


def test_ideographs_break_anywhere_but_before_a_stop() -> None:
    wrapped = lines("数据侦探。数据侦探。", Style(20, 20, lines=3), 62)
    assert "".join(wrapped) == "数据侦探。数据侦探。"
    assert not any(line.startswith("。") for line in wrapped)


def test_thai_breaks_where_a_syllable_opens() -> None:
    assert lines("ช่วยเพื่อนสามคน", Style(20, 20, lines=2), 80)[0] in {"ช่วย", "ช่วยเพื่อนสามคน"}


def test_a_broken_line_keeps_the_order_of_its_paragraph() -> None:
    """The hyphen belongs to the English word, though the line ends behind it."""
    setter = Setter(ROBOTO_ONLY, 1)
    [first, *_] = setter.fit("אבג Chi-square", Style(20, 20, lines=2), 100, 1).lines
    assert [run.text.strip() for run in setter.runs(first, "regular")] == ["Chi-", "", "אבג"]


@pytest.mark.parametrize(
    ("text", "picture"),
    [("⭐", True), ("❤", False), ("❤\ufe0f", True), ("⭐\ufe0e", False), ("漢", False)],
)
def test_emoji_are_told_from_symbols(text: str, picture: bool) -> None:
    assert is_emoji(text) == picture


def test_without_the_shaper_text_is_still_drawn_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system lacks libfribidi, Pillow can't shape: letters then stand unjoined, right to left."""
    with monkeypatch.context() as without:
        without.setattr(features, "check", lambda _: False)
        loaded.cache_clear()
        setting._advance.cache_clear()
        assert not raqm_available()
        [run] = SETTER.runs(SETTER.paragraph("שלום"), "regular")
        assert shown(run) == "םולש"
        assert draw(Celebration("שרה", "Peer Tutor", CELEBRATION.emblem), width=200, faces=ROBOTO_ONLY)
    loaded.cache_clear()
    setting._advance.cache_clear()
