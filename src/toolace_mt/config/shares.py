"""Shares as they are written in a configuration, such as 30%: read and checked. Problems are ValueErrors, in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from toolace_mt.types import SUB_KINDS, InjectionKind


def percent(share: str) -> int:
    """The number of a share: 30 for 30%. Raises ValueError where it is no whole percent up to 100."""
    if not re.fullmatch(r"100%|[0-9]{1,2}%", share):
        raise ValueError("write a share in whole percent, as in 30%")
    return int(share[:-1])


def checked_shares(shares: dict[int, str]) -> dict[int, str]:
    """Shares of one whole, as they are. Raises ValueError where one cannot be read, or they come to more than 100%."""
    if (total := sum(_read(shares).values())) > 100:
        raise ValueError(f"the shares come to {total}%, which is more than there is")
    return shares


def check_within(name: str, shares: Mapping[int, str], low: int, high: int) -> None:
    """Raises ValueError where a number is outside the range `low` to `high`, or nothing is left for the rest to fall to."""
    if outside := [number for number in shares if not low <= number <= high]:
        raise ValueError(f"{name}.{outside[0]}: is outside the configured range, which is {low} to {high}")
    total = sum(map(percent, shares.values()))
    if total < 100 and len(shares) == high - low + 1:
        raise ValueError(f"{name}: each number from {low} to {high} has a share, but together they are {total}%")


def checked_injections(shares: dict[str, str]) -> dict[str, str]:
    """Shares of kinds and sub-kinds of injections (KIND or KIND/SUB_KIND), as they are.

    Raises ValueError for a name that there is not, and where the sub-kinds of a kind come to more than it has.
    """
    percents = _read(shares)
    for name in shares:
        kind, slash, sub_kind = name.partition("/")
        known = next((subs for each, subs in SUB_KINDS.items() if each == kind), None)
        if known is None:
            raise ValueError(f"there is no kind {kind!r}; the kinds are {', '.join(SUB_KINDS)}")
        if slash and sub_kind not in known:
            raise ValueError(f"{kind} has no sub-kind {sub_kind!r}; it has {', '.join(known)}")
    for kind in SUB_KINDS:
        of_parts = sum(parts_of(kind, percents).values())
        if of_parts > percents.get(kind, 100):
            raise ValueError(
                f"the sub-kinds of {kind} come to {of_parts}%, and all of it to {percents.get(kind, 100)}%"
            )
    return shares


def parts_of(kind: str, percents: Mapping[str, int]) -> dict[str, int]:
    """The percents of the sub-kinds of `kind` that are named."""
    return {name.partition("/")[2]: share for name, share in percents.items() if name.startswith(f"{kind}/")}


def checked_amounts(amounts: dict[InjectionKind, str]) -> dict[InjectionKind, str]:
    """Amounts of dialogues, as they are. Raises ValueError where one is neither a number nor a share."""
    for kind, amount in amounts.items():
        number = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)%|[0-9]{1,9}", amount)
        if number is None or (number[1] and float(number[1]) > 100):
            raise ValueError(f"{kind}={amount}: write a number of dialogues, as in 10, or a share, as in 20%")
    return amounts


def _read(shares: Mapping[int, str] | Mapping[str, str]) -> dict[str, int]:
    percents: dict[str, int] = {}
    for name, share in shares.items():
        try:
            percents[str(name)] = percent(share)
        except ValueError as problem:
            raise ValueError(f"{name}={share}: {problem}") from None
    return percents


NumberShares = Annotated[dict[int, str], AfterValidator(checked_shares)]
InjectionShares = Annotated[dict[str, str], AfterValidator(checked_injections)]
Amounts = Annotated[dict[InjectionKind, str], AfterValidator(checked_amounts)]
