"""What a platform says twice."""

from bot.adapters import heard
from bot.adapters.heard import Heard


def test_an_event_is_known_until_its_time_is_over() -> None:
    now = 0.0
    events = Heard(60.0, lambda: now)
    assert [events.before(event) for event in ("a", "b", "a")] == [False, False, True]
    now = 61.0
    assert [events.before(event) for event in ("a", "b", "b")] == [False, False, True]


def test_more_than_can_be_remembered_makes_the_oldest_forgotten() -> None:
    events = Heard(60.0, lambda: 0.0)
    assert not any(events.before(event) for event in range(heard.MOST_REMEMBERED + 1))
    assert events.before(heard.MOST_REMEMBERED)
    assert not events.before(0)
