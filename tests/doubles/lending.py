"""A lending library behind HTTP, with state: `lending.yaml` says what it offers.

`python -m tests.doubles.lending PORT` serves it on loopback until it is interrupted.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from aiohttp import web

DOCUMENT = Path(__file__).with_name("lending.yaml")
KNOWS = {"member_id": ["m-1001", "m-1002", "m-1003", "m-1004"], "text": ["tide", "bread", "night"]}
COVER = b"\x89PNG\r\n\x1a\n" + bytes(92)
_BRANCHES = ("harbour", "hill", "station")
_TITLES = (
    *(("The Slow Tide", "Ines Marlowe", "sea", "en", 1998), ("Bread Before Dawn", "Theo Abara", "cooking", "en", 2011)),
    *(
        ("Night Trains of the North", "Una Kessel", "trains", "en", 2004),
        ("Jardins d'hiver", "L. Roche", "gardens", "fr", 2016),
    ),
    *(
        ("O Mar ao Longe", "Rita Sá", "sea", "pt", 1987),
        ("A History of Small Bridges", "P. Quill", "history", "en", 2020),
    ),
    *(
        ("Tide Tables for Beginners", "Ines Marlowe", "sea", "en", 2019),
        ("Le pain du soir", "Theo Abara", "cooking", "fr", 2013),
    ),
)
_MOST_LOANS = 4
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refuse(kind: type[web.HTTPException], message: str) -> NoReturn:
    body = web.json_response({"error": message}).text
    raise kind(text=body, content_type="application/json")


@dataclass
class Library:
    """key: what the header X-Library-Key must be, where it is given. seen: (method, raw path and query) of each request.

    delay: seconds before each answer. answered: the status and body of each.
    """

    key: str | None = None
    delay: float = 0.0
    seen: list[tuple[str, str]] = field(default_factory=list)
    answered: list[tuple[int, bytes]] = field(default_factory=list)
    titles: dict[str, dict[str, Any]] = field(default_factory=dict)
    copies: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    loans: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for i, (title, author, subject, language, year) in enumerate(_TITLES, 101):
            isbn = f"978-1-55-000{i}-{i % 10}"
            self.titles[isbn] = {"isbn": isbn, "title": title, "author": author} | {
                "subject": subject,
                "language": language,
                "year": year,
            }
            for j, branch in enumerate(_BRANCHES):
                copy_id = f"c-{i}{j}"
                self.copies[copy_id] = {"copy_id": copy_id, "isbn": isbn, "branch": branch, "available": True}
        for i, name in enumerate(("Ada Fenn", "Bo Larkin", "Cleo Ruiz", "Dov Amsel"), 1001):
            self.members[f"m-{i}"] = {"member_id": f"m-{i}", "name": name, "fees_cents": 250}

    def find(self, what: str, key: str) -> dict[str, Any]:
        found: dict[str, dict[str, Any]] = getattr(self, f"{what}s")
        if key not in found:
            refuse(web.HTTPNotFound, f"There is no {what} {key}.")
        return found[key]

    async def branches(self, _: web.Request) -> web.Response:
        rows = [{"branch_id": b, "name": f"{b.title()} Branch", "opens": "09:00", "closes": "18:00"} for b in _BRANCHES]
        return web.json_response(rows)

    async def search(self, http: web.Request) -> web.Response:
        query = http.query
        subjects, languages = query.getall("subject", []), [x for x in query.get("language", "").split("|") if x]
        first, last = int(query.get("published[from]", 0)), int(query.get("published[to]", 9999))
        words = query.get("text", "").lower()
        found = [
            t
            for t in self.titles.values()
            if words in f"{t['title']} {t['author']}".lower()
            and (not subjects or t["subject"] in subjects)
            and (not languages or t["language"] in languages)
            and first <= t["year"] <= last
        ]
        return web.json_response(found[: int(query.get("limit", 10))])

    async def title(self, http: web.Request) -> web.Response:
        return web.json_response(self.find("title", http.match_info["isbn"]))

    async def cover(self, http: web.Request) -> web.Response:
        self.find("title", http.match_info["isbn"])
        return web.Response(body=COVER, content_type="image/png")

    async def copies_of(self, http: web.Request) -> web.Response:
        title, branch = self.find("title", http.match_info["isbn"]), http.headers.get("X-Branch")
        rows = [c for c in self.copies.values() if c["isbn"] == title["isbn"] and branch in (None, c["branch"])]
        return web.json_response(rows)

    async def member(self, http: web.Request) -> web.Response:
        return web.json_response(self.find("member", http.match_info["member_id"]))

    async def loans_of(self, http: web.Request) -> web.Response:
        member, status = self.find("member", http.match_info["member_id"]), http.query.get("status")
        rows = [
            x for x in self.loans.values() if x["member_id"] == member["member_id"] and status in (None, x["status"])
        ]
        return web.json_response(rows)

    async def note(self, http: web.Request) -> web.Response:
        self.find("member", http.match_info["member_id"])["note"] = await http.text()
        return web.Response(status=204)

    async def pay(self, http: web.Request) -> web.Response:
        member, form = self.find("member", http.match_info["member_id"]), await http.post()
        for loan_id in form.getall("loan_ids", []):
            self.find("loan", str(loan_id))
        if int(str(form["cents"])) > member["fees_cents"]:
            refuse(web.HTTPConflict, f"Only {member['fees_cents']} cents are due.")
        member["fees_cents"] -= int(str(form["cents"]))
        return web.json_response(member)

    async def borrow(self, http: web.Request) -> web.Response:
        asked = await http.json()
        member, copy = self.find("member", asked["member_id"]), self.copies.get(asked["copy_id"])
        if copy is None:
            refuse(web.HTTPNotFound, f"There is no copy {asked['copy_id']}.")
        if not copy["available"]:
            refuse(web.HTTPConflict, f"Copy {copy['copy_id']} is lent already.")
        if (
            sum(x["member_id"] == member["member_id"] and x["status"] == "open" for x in self.loans.values())
            >= _MOST_LOANS
        ):
            refuse(web.HTTPForbidden, f"A member can have {_MOST_LOANS} loans at one time.")
        copy["available"] = False
        loan = {"loan_id": f"ln-{5001 + len(self.loans)}", "member_id": member["member_id"], "copy_id": copy["copy_id"]}
        self.loans[loan["loan_id"]] = loan | {"days": asked.get("days", 14), "renewals": 0, "status": "open"}
        return web.json_response(self.loans[loan["loan_id"]], status=201)

    async def renew(self, http: web.Request) -> web.Response:
        loan = self.find("loan", http.match_info["loan_id"])
        asked = await http.json() if http.can_read_body else {}
        if loan["status"] != "open" or loan["renewals"] >= 2:
            refuse(web.HTTPConflict, f"Loan {loan['loan_id']} cannot be renewed.")
        loan["renewals"] += 1
        loan["days"] += asked.get("days", 7)
        return web.json_response(loan)

    async def give_back(self, http: web.Request) -> web.Response:
        loan = self.find("loan", http.match_info["loan_id"])
        if loan["status"] == "returned":
            refuse(web.HTTPConflict, f"Loan {loan['loan_id']} is over.")
        loan["status"] = "returned"
        self.copies[loan["copy_id"]]["available"] = True
        return web.json_response(loan)

    def application(self) -> web.Application:
        @web.middleware
        async def at_the_door(http: web.Request, handler: Handler) -> web.StreamResponse:
            self.seen.append((http.method, http.raw_path))
            await asyncio.sleep(self.delay)
            if self.key is not None and http.headers.get("X-Library-Key") != self.key:
                refuse(web.HTTPUnauthorized, "A library key is needed.")
            try:
                answer = await handler(http)
            except web.HTTPException as refusal:
                self.answered.append((refusal.status, (refusal.text or "").encode()))
                raise
            body = answer.body if isinstance(answer, web.Response) else None
            self.answered.append((answer.status, body if isinstance(body, bytes) else b""))
            return answer

        app = web.Application(middlewares=[at_the_door])
        member = "/v1/members/{member_id}"
        app.router.add_get("/v1/branches", self.branches)
        app.router.add_get("/v1/titles", self.search)
        app.router.add_get("/v1/titles/{isbn}", self.title)
        app.router.add_get("/v1/titles/{isbn}/cover", self.cover)
        app.router.add_get("/v1/titles/{isbn}/copies", self.copies_of)
        app.router.add_get(member, self.member)
        app.router.add_get(f"{member}/loans", self.loans_of)
        app.router.add_put(f"{member}/note", self.note)
        app.router.add_post(f"{member}/payments", self.pay)
        app.router.add_post("/v1/loans", self.borrow)
        app.router.add_post("/v1/loans/{loan_id}/renewals", self.renew)
        app.router.add_delete("/v1/loans/{loan_id}", self.give_back)
        return app


@asynccontextmanager
async def lending(library: Library, port: int = 0) -> AsyncIterator[str]:
    """Serves `library`; gives the base URL."""
    runner = web.AppRunner(library.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def _serve(port: int) -> None:
    async with lending(Library(), port) as base_url:
        print(base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
