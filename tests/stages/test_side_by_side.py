"""Works at the same time: results in order, failures that do not depend on timing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.stages.kiosk import run
from toolace_mt.errors import EngineUnavailable, NoUsableAnswer, RequestRefused
from toolace_mt.stages.side_by_side import settled_in_turn, side_by_side


async def after(turns: int, end: Any, finished: list[Any] | None = None) -> Any:
    """`end` after `turns` of the event loop: raised where it is an error."""
    for _ in range(turns):
        await asyncio.sleep(0)
    if finished is not None:
        finished.append(end)
    if isinstance(end, BaseException):
        raise end
    return end


def test_results_come_in_the_order_of_the_works_and_not_of_their_ends() -> None:
    async def three() -> list[Any]:
        return await side_by_side(after(5, "a"), after(1, "b"), after(3, "c"))

    assert run(three()) == ["a", "b", "c"]
    assert run(side_by_side()) == []


@pytest.mark.parametrize("turns", [(1, 5), (5, 1), (3, 3)])
@pytest.mark.parametrize("second", [RequestRefused("second"), ZeroDivisionError()])
def test_of_two_failures_the_first_in_order_is_raised_whichever_came_first(
    turns: tuple[int, int], second: Exception
) -> None:
    finished: list[Any] = []

    async def three() -> list[Any]:
        return await side_by_side(
            after(turns[0], NoUsableAnswer("first"), finished),
            after(turns[1], second, finished),
            after(9, "whole", finished),
        )

    with pytest.raises(NoUsableAnswer):
        run(three())
    assert len(finished) == 3, "a work was given up, so what it has asked for depends on timing"


@pytest.mark.parametrize("turns", [(1, 5), (5, 1), (3, 3)])
@pytest.mark.parametrize("other", [NoUsableAnswer("no"), ZeroDivisionError()])
def test_what_stops_the_run_goes_before_all_else(turns: tuple[int, int], other: Exception) -> None:
    async def both() -> list[Any]:
        return await side_by_side(after(turns[0], other), after(turns[1], EngineUnavailable("gone")))

    with pytest.raises(EngineUnavailable):
        run(both())


def test_others_end_at_once_where_the_run_stops() -> None:
    finished: list[Any] = []

    async def both() -> list[Any]:
        return await asyncio.wait_for(
            side_by_side(after(1, EngineUnavailable("gone")), after(10**9, "never", finished)), 5
        )

    with pytest.raises(EngineUnavailable):
        run(both())
    assert not finished


def test_being_cancelled_ends_all_works_and_leaves_none_behind() -> None:
    async def cancelled() -> set[asyncio.Task[Any]]:
        whole = asyncio.ensure_future(side_by_side(after(10**9, 1), after(10**9, 2)))
        await asyncio.sleep(0)
        whole.cancel()
        with pytest.raises(asyncio.CancelledError):
            await whole
        return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]

    assert run(cancelled()) == set()


def piece(turns: int, name: str, begun: list[str]) -> Callable[[Callable[[], Awaitable[str]]], Any]:
    async def settle(before: Callable[[], Awaitable[str]]) -> str:
        begun.append(name)
        await after(turns, name)
        return await before() + name

    return settle


@pytest.mark.parametrize("turns", [(1, 3, 5), (5, 3, 1), (2, 2, 2)])
def test_pieces_begin_together_and_are_settled_in_order(turns: tuple[int, int, int]) -> None:
    begun: list[str] = []
    pieces = [piece(count, name, begun) for count, name in zip(turns, "abc", strict=True)]
    assert run(settled_in_turn("-", *pieces)) == "-abc"
    assert begun == ["a", "b", "c"]
    assert run(settled_in_turn("-")) == "-"


@pytest.mark.parametrize("turns", [1, 4, 9])
def test_a_piece_that_fails_leaves_no_other_waiting_for_it(turns: int) -> None:
    async def failing(_: Callable[[], Awaitable[str]]) -> str:
        return await after(turns, NoUsableAnswer("the first one"))

    async def all_three() -> str:
        pieces = (failing, piece(4, "b", []), piece(4, "c", []))
        return await asyncio.wait_for(settled_in_turn("-", *pieces), 5)

    with pytest.raises(NoUsableAnswer, match="the first one"):
        run(all_three())
