"""The desk of a small library: an example of tools that run.

    toolace-mt tools python:examples/own_tools.py:Library
    toolace-mt generate --tools python:examples/own_tools.py:Library --count 20 --out runs/library

Each public method is a tool. Its name, its docstring and its type hints are all that a model is told of it. The attributes
are the state: each dialogue gets a Library of its own, made with a seed of its own, and a call that raises changes nothing.
The same seed and the same calls must always give the same answers: draw by `random.Random(seed)`, and look at no clock.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Literal

Topic = Literal["gardening", "travel", "cooking", "history"]

_TITLES: dict[Topic, tuple[str, ...]] = {
    "gardening": ("The Patient Gardener", "Roses in Small Places", "A Year of Vegetables"),
    "travel": ("Night Trains", "Walking the Coast", "Letters from Lisbon"),
    "cooking": ("Bread for Beginners", "One Pot, Seven Days", "The Spice Shelf"),
    "history": ("The Salt Road", "Harbour Towns", "When Maps Were Young"),
}
_TODAY = dt.date(2026, 3, 2)
_LOAN = dt.timedelta(days=21)


class Library:
    """Books, who has them, and who waits for them."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(seed)
        self.books: dict[str, dict[str, Any]] = {}
        for topic, titles in _TITLES.items():
            for title in titles:
                book_id = f"BOOK-{rng.randrange(1000, 10_000)}"
                self.books[book_id] = {"book_id": book_id, "title": title, "topic": topic, "due": None, "waiting": []}
        self.member_id = f"MEM-{rng.randrange(10_000, 100_000)}"
        for book in rng.sample(list(self.books.values()), 4):
            book["due"] = (_TODAY + dt.timedelta(days=rng.randrange(1, 21))).isoformat()

    @property
    def brief(self) -> dict[str, Any]:
        """What the user of a dialogue knows at its start. Optional; `knows` lists good values by parameter."""
        return {
            "today": _TODAY.isoformat(),
            "user": {"member_id": self.member_id},
            "knows": {"member_id": [self.member_id], "title": [book["title"] for book in self.books.values()]},
        }

    def find_books(self, topic: Topic | None = None, title: str = "") -> dict[str, list[dict[str, Any]]]:
        """Find books by their topic or title.

        Args:
            topic: Only books about this topic.
            title: Words of the title, in any case.
        """
        books = [b for b in self.books.values() if topic in (None, b["topic"]) and title.lower() in b["title"].lower()]
        return {"books": [{"book_id": b["book_id"], "title": b["title"], "available": not b["due"]} for b in books]}

    def get_book(self, book_id: str) -> dict[str, Any]:
        """Get a book with its due date and the number of people who wait for it.

        Args:
            book_id: The book, for example 'BOOK-4821'.
        """
        book = self._book(book_id)
        return {**book, "waiting": len(book["waiting"])}

    def lend_book(self, book_id: str, member_id: str) -> dict[str, str]:
        """Lend a book to a member for three weeks.

        Args:
            book_id: The book to lend.
            member_id: The member who takes it.
        """
        book = self._book(book_id)
        if book["due"]:
            raise ValueError(f"{book['title']} is lent out until {book['due']}; reserve it instead")
        book["due"] = (_TODAY + _LOAN).isoformat()
        return {"book_id": book_id, "member_id": member_id, "due": book["due"]}

    def return_book(self, book_id: str) -> dict[str, Any]:
        """Take a book back.

        Args:
            book_id: The book that comes back.
        """
        book = self._book(book_id)
        if not book["due"]:
            raise ValueError(f"{book['title']} is not lent out")
        book["due"] = None
        return {"book_id": book_id, "returned": True, "next_member": next(iter(book["waiting"]), None)}

    def reserve_book(self, book_id: str, member_id: str) -> dict[str, Any]:
        """Put a member on the list of those who wait for a book.

        Args:
            book_id: The book to wait for.
            member_id: The member who waits.
        """
        book = self._book(book_id)
        if member_id in book["waiting"]:
            raise ValueError(f"{member_id} waits for {book['title']} already")
        book["waiting"].append(member_id)
        return {"book_id": book_id, "place_in_line": len(book["waiting"])}

    def _book(self, book_id: str) -> dict[str, Any]:
        if book_id not in self.books:
            raise KeyError(f"there is no book {book_id}")
        return self.books[book_id]
