# ruff: noqa: UP006, UP007, UP035, UP045 - old spellings are what this file is for
"""Classes and functions as people write them, with everything that a reader of foreign code has to stand."""

import asyncio
import dataclasses
import datetime
import enum
import sqlite3
import sys
import threading
import typing
from typing import Dict, List, Optional, Union

print("printed while importing")


class Mode(enum.Enum):
    HEAT = "heat"
    COOL = "cool"


class Slot(typing.TypedDict):
    hour: int
    degrees: float


@dataclasses.dataclass
class Reading:
    degrees: float
    at: datetime.date = datetime.date(2026, 5, 1)


class Thermostat:
    """Google style, an unseeded constructor, and a brief set as an attribute."""

    limits = (5, 30)

    def __init__(self):
        self.degrees = 20.0
        self.slots = {}
        self.lock = threading.Lock()
        self.brief = {"today": datetime.date(2026, 5, 1), "knows": {"room": "hall"}}

    def set_degrees(self, degrees: float, mode: Mode = Mode.HEAT, **options) -> Reading:
        """
        Set the wanted temperature.
        Args:
            degrees (float): Degrees Celsius, from 5
                to 30.
            mode: Whether to heat or to cool.
        Returns:
            degrees (float): What was set.
        """
        print("setting")
        self.degrees = degrees
        if not self.limits[0] <= degrees <= self.limits[1]:
            raise ValueError(f"{degrees} is out of range")
        return Reading(degrees)

    def plan(self, slots: List[Slot], room: Optional[str] = None) -> Dict[str, int]:
        """Plan a day.

        Parameters
        ----------
        slots : list of Slot
            When to be how warm.
        room : str, optional
            Which room.
        """
        self.slots[room] = slots
        return {"planned": len(slots)}

    def rename(self, name, count, anything=None):
        """Give it a name.

        :param str name: The new name.
        :param count: How often.
        :type count: int
        """
        return {"error": "no such room"} if name == "nowhere" else {"name": name, "count": count}

    async def wait(self, seconds: Union[int, float] = 0) -> str:
        """Wait a moment."""
        print("before")
        await asyncio.sleep(seconds)
        print("after")
        if seconds < 0:
            raise asyncio.CancelledError("not today")
        return "waited"

    def read(self):
        return self.degrees

    @staticmethod
    def to_fahrenheit(degrees: float) -> float:
        """Convert degrees."""
        return degrees * 9 / 5 + 32

    @classmethod
    def default(cls) -> "Thermostat":
        """Another way to make one: no tool."""
        return cls()

    @property
    def is_warm(self) -> bool:
        """A property: no tool."""
        return self.degrees > 18

    def each(self, *rooms: str) -> str:
        """Cannot be called by name."""
        return ",".join(rooms)

    def leave(self) -> None:
        """Leave."""
        self.degrees = 99
        sys.exit("bye")

    def interrupt(self) -> None:
        """Interrupt."""
        raise KeyboardInterrupt

    def tags(self) -> set:
        """Give a set."""
        return {"b", "a", "c"}

    def dump(self, size: int) -> str:
        """Give a long text."""
        return "x" * size

    def hidden_object(self) -> object:
        """Give what has no form."""
        self.degrees = 98
        return {"inside": object()}

    def surrogate(self) -> dict:
        """Give half of a character."""
        return {"text": "\ud800"}

    def big(self) -> int:
        """Give a large number."""
        return 10**30


class Smart(Thermostat):
    """Inherits, overrides, and takes a tool away."""

    dump = None

    def read(self) -> float:
        """Read the temperature."""
        return self.degrees + 1


class Seeded:
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def number(self) -> int:
        """Give the seed."""
        return self.seed


class FromSeed(Seeded):
    @staticmethod
    def from_seed(seed: int) -> "FromSeed":
        return FromSeed(seed * 2)


class Ledger:
    """State that nobody can copy: undone by doing the rest again."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE entries (amount INTEGER)")

    def book(self, amount: int) -> int:
        """Book an amount, and give the sum."""
        self.db.execute("INSERT INTO entries VALUES (?)", (amount,))
        if amount == 0:
            raise ValueError("nothing to book")
        return self.db.execute("SELECT sum(amount) FROM entries").fetchone()[0]


def make_ledger() -> Ledger:
    """A factory."""
    return Ledger(":memory:")


def add(a: int, b: int = 2) -> int:
    """Add two numbers."""
    return a + b


def shout(text: str) -> str:
    """Say it louder."""
    return text.upper() + "!"


def _private() -> None: ...


CONSTANT = 3
