"""What a platform has answered."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.remembered import Remembered


def test_of_more_than_can_be_kept_the_oldest_are_forgotten_and_a_renewed_one_is_not() -> None:
    known: Remembered[str, int] = Remembered(60.0, most=2)
    for key, value in [("a", 1), ("b", 2), ("a", 3), ("c", 4)]:
        known.put(key, value)
    assert [known.get(key) for key in "abc"] == [3, None, 4]
    assert known.values(lambda key: key != "c") == [3]
    known.drop(lambda key: key == "a")
    assert known.get("a") is None


def test_what_is_too_old_is_known_no_more() -> None:
    known: Remembered[str, int] = Remembered(0.0)
    known.put("a", 1)
    assert known.get("a") is None
    assert known.values(lambda _: True) == []


async def test_all_who_want_to_know_at_once_wait_for_one_answer() -> None:
    known: Remembered[str, int] = Remembered(60.0)
    asked = []

    async def question() -> int:
        asked.append(1)
        await asyncio.sleep(0)
        return 7

    first, *others = [asyncio.create_task(known.ask("a", question)) for _ in range(9)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [7] * 8
    assert await known.ask("a", question) == 7
    assert asked == [1]


async def test_no_answer_and_a_failure_are_asked_for_again() -> None:
    known: Remembered[str, int] = Remembered(60.0)

    async def nothing() -> None:
        return None

    async def broken() -> int:
        raise TimeoutError

    assert await known.ask("a", nothing) is None
    both = await asyncio.gather(*(known.ask("a", broken) for _ in range(2)), return_exceptions=True)
    assert [type(error) for error in both] == [TimeoutError, TimeoutError]
    with pytest.raises(TimeoutError):
        await known.ask("a", broken)


async def test_an_answer_from_before_a_change_is_neither_kept_nor_given_to_who_asks_after_it() -> None:
    known: Remembered[str, int] = Remembered(60.0)
    answers = iter([7, 8])
    told = asyncio.Event()

    async def question() -> int:
        answer = next(answers)
        await told.wait()
        return answer

    before = asyncio.create_task(known.ask("a", question))
    await asyncio.sleep(0.01)
    known.drop(lambda _: True)
    after = asyncio.create_task(known.ask("a", question))
    await asyncio.sleep(0.01)
    told.set()
    assert (await before, await after, known.get("a")) == (7, 8, 8)
