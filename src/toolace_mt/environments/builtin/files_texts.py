"""What the documents of a new workspace say: `{project}`, `{person}`, `{month}` and `{number}` are filled in by seed."""

from __future__ import annotations

from typing import NamedTuple


class Draft(NamedTuple):
    """A document to be written; each further part of `parts` makes one more version."""

    folder: str
    title: str
    parts: tuple[str, ...]


PROJECTS = ("Atlas", "Harbor", "Juniper", "Kestrel", "Lumen", "Quarry", "Saffron", "Tundra")
EMPTY_FOLDER = "Archive"
NEW_FOLDERS = ("Handover", "Legal", "Press", "Workshops")
NEW_TAGS = ("urgent", "reviewed", "client-facing", "needs-approval")
NEW_TITLES = ("{project} retrospective", "{project} open questions", "{project} summary for {person}")
NEW_TEXTS = (
    "Next step: {person} confirms the schedule by the end of {month}.",
    "Decision: we keep the scope as it is and review it in {month}.",
    "Open point: the estimate of {number} hours needs a second look.",
)
SHARED_DRAFTS: tuple[Draft, ...] = (
    Draft(
        "Planning",
        "{project} launch plan",
        (
            "{project} goes live in {month}. {person} owns the plan.",
            "Milestones: design freeze, pilot with {number} users, public launch.",
            "Risks: late translations, and one supplier for the packaging.",
        ),
    ),
    Draft(
        "Planning",
        "{project} risk register",
        (
            "{number} risks are being tracked for {project}; three of them are rated high.",
            "{person} reviews the list every second Monday.",
        ),
    ),
    Draft(
        "Finance",
        "{project} budget draft",
        (
            "The budget of {project} is {number} thousand dollars until {month}.",
            "Half of it goes into testing, a fifth into training.",
            "{person} asked for a reserve of eight percent.",
        ),
    ),
    Draft(
        "Meetings",
        "{project} kick-off notes",
        (
            "Present: {person} and the {project} team. The goal is a first release in {month}.",
            "Actions: set up the weekly call, and collect {number} customer quotes.",
        ),
    ),
    Draft(
        "Reports",
        "{project} test report",
        (
            "{number} of the planned tests of {project} passed; two failures are still open.",
            "{person} repeats the failed ones before {month}.",
        ),
    ),
    Draft(
        "Reports",
        "{project} interview summary",
        (
            "We spoke with {number} customers about {project}.",
            "Most of them want a simpler first page; {person} collects sketches.",
        ),
    ),
)
