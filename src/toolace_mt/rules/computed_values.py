"""Whether a number is worked out from others: real agents add, subtract, multiply, round, and take percentages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

_MOST_TERMS = 48
_LONGEST_SUM = 12
_LARGEST_FACTOR = 12
_PERCENT = 100


def is_computed(
    value: float, decimals: int, near: Sequence[float], exact: Sequence[float], rates: Sequence[float]
) -> bool:
    """Whether an amount, said with so many decimals, follows from others.

    near: amounts of the same reply and the messages just before, in order: sums of neighbours, products and shares count.
    exact: those of all earlier texts that are too fine to meet by chance (with cents): sums and differences of two count.
    rates: percentages that the same texts name.
    """
    slack = 0.5 * 10.0**-decimals + 1e-9
    near, exact = near[-_MOST_TERMS:], exact[-_MOST_TERMS:]
    return (
        _is_product(value, slack, near)
        or _is_pair(value, slack, near[-_LONGEST_SUM:])
        or (decimals > 0 and _is_pair(value, slack, exact))
        or _is_sum_of_neighbours(value, slack, near)
        or (decimals > 0 and _is_sum_of_neighbours(value, slack, exact))
        or _is_share(value, slack, near, rates)
    )


def is_rounded(value: float, decimals: int, known: Sequence[float]) -> bool:
    """Whether `value` is a finer number of `known`, rounded or cut to so many decimals."""
    unit = 10.0**-decimals
    return any(abs(value - number) < unit * (1 - 1e-6) and round(number, decimals) != number for number in known)


def _is_product(value: float, slack: float, numbers: Sequence[float]) -> bool:
    for number in numbers:
        if number <= 0:
            continue
        factor = value / number
        if 1.5 <= factor <= _LARGEST_FACTOR + 0.5 and abs(round(factor) * number - value) <= slack:
            return True
        divisor = number / value if value else 0
        if 1.5 <= divisor <= _LARGEST_FACTOR + 0.5 and abs(number / round(divisor) - value) <= slack:
            return True
    return False


def _is_pair(value: float, slack: float, numbers: Sequence[float]) -> bool:
    return any(
        abs(abs(first - second) - value) <= slack or abs(first + second - value) <= slack
        for first, second in combinations(dict.fromkeys(numbers), 2)
    )


def _is_sum_of_neighbours(value: float, slack: float, numbers: Sequence[float]) -> bool:
    for start in range(len(numbers)):
        total = numbers[start]
        for number in numbers[start + 1 : start + _LONGEST_SUM]:
            total += number
            if abs(total - value) <= slack:
                return True
            if total > value + slack:
                break
    return False


def _is_share(value: float, slack: float, numbers: Sequence[float], rates: Sequence[float]) -> bool:
    """Whether `value` is a percentage of one of `numbers`, or what is left or comes out after it."""
    return any(
        abs(number * share / _PERCENT - value) <= slack
        for number in numbers
        for rate in rates[-_LONGEST_SUM:]
        for share in (rate, _PERCENT - rate, _PERCENT + rate)
    )
