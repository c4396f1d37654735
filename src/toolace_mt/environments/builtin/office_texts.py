"""What people in the office write and meet about; `{topic}` and `{name}` are filled in for each world."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.environments.builtin.office_records import Equipment


class Letter(NamedTuple):
    """A mail that lies in the inbox."""

    subject: str
    body: str


class Room(NamedTuple):
    """A meeting room."""

    name: str
    floor: int
    seats: int
    equipment: tuple[Equipment, ...]


COMPANIES = ("northlight.example", "brightfield.example", "halden-works.example", "copperleaf.example")
DEPARTMENTS = ("Finance", "Marketing", "Product", "Legal", "Sales", "Facilities", "People", "Engineering")
TOPICS = ("Lighthouse", "Juniper", "Waypoint", "Atlas", "Mosaic", "Tidewater")

ROOMS: tuple[Room, ...] = (
    Room("Birch", 1, 3, ("whiteboard",)),
    Room("Heron", 2, 4, ("screen",)),
    Room("Larkspur", 2, 5, ("screen", "whiteboard")),
    Room("Magpie", 3, 8, ("screen", "video")),
    Room("Willow", 3, 12, ("screen", "video")),
    Room("Assembly Hall", 1, 40, ("screen", "video")),
)

MEETINGS = (
    "{topic} stand-up",
    "{topic} design review",
    "{topic} status call",
    "Hiring sync",
    "Vendor walkthrough",
    "Quarterly numbers",
    "Support hand-over",
    "Campaign brainstorm",
    "Contract check",
    "Office move planning",
    "Security refresher",
    "Customer feedback round",
    "{topic} retrospective",
    "Training plan",
    "Release rehearsal",
    "Travel policy Q&A",
    "Data clean-up",
    "Partner update",
)

LETTERS: tuple[Letter, ...] = (
    Letter("Budget for {topic}", "The budget for {topic} is approved. Please send me your cost plan by Friday."),
    Letter("Open budget questions", "Two lines of the budget still look too high to me. Can we go through them?"),
    Letter(
        "Invoice from the print shop", "The invoice is 120 dollars above the quote. Shall I pay it or ask them first?"
    ),
    Letter(
        "{topic} kick-off", "The kick-off for {topic} will be in two weeks. Who else from your side should be there?"
    ),
    Letter(
        "Slides for the board", "I've put the slides for the board into the shared folder. Page 7 needs your numbers."
    ),
    Letter("Offsite in September", "We have offers from two hotels for the offsite. I prefer the one by the lake."),
    Letter(
        "Offsite: dietary needs", "Please let me know about dietary needs for the offsite until the end of the week."
    ),
    Letter("New laptop", "Your new laptop has arrived. You can pick it up at the service desk from tomorrow on."),
    Letter("Onboarding of our new colleague", "Could you take an hour on the first day to show how the team works?"),
    Letter("Contract draft", "Legal has two remarks on the contract draft, both on the notice period."),
    Letter("{topic} timeline", "The timeline for {topic} slips by a week, because the supplier is late."),
    Letter("Parking in June", "The garage is being repainted in June, so please use the parking spaces in the back."),
    Letter("Feedback on your talk", "Great talk yesterday! Would you give it once more for the sales team?"),
    Letter("Survey results", "The survey results are in: 84 percent are happy with the new tools."),
)

NEW_TITLES = (
    "Budget check-in",
    "Launch preparation",
    "One-on-one",
    "Interview debrief",
    "Supplier call",
    "Roadmap discussion",
    "Coffee with the new team",
    "Risk review",
)

# Any of these texts goes with any of these subjects.
NEW_SUBJECTS = ("Quick question", "Following up", "Before our meeting", "Next steps")
NEW_BODIES = (
    "Could you give me a call tomorrow morning?",
    "Please send me your numbers by Friday.",
    "Do you have half an hour for me this week?",
    "I've put the latest version into the shared folder.",
)

REPLIES = (
    "Thanks, that works for me.",
    "I'll get back to you by the end of the week.",
    "Could you send me the details first?",
    "Sounds good. Let's talk about it on Monday.",
)
