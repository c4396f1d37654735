"""What the workspace has: folders, documents with all their versions, shares, and the people around them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from toolace_mt.environments.builtin.files_records import DocumentSummary, SavedVersion, Share
from toolace_mt.environments.builtin.files_texts import EMPTY_FOLDER, PROJECTS, SHARED_DRAFTS, Draft
from toolace_mt.environments.builtin.world import new_ids, people, some_day
from toolace_mt.environments.methods import ToolFailure

_MONTHS = "January February March April May June July August September October November December"


@dataclass
class Saved:
    """One saved state of a document's text."""

    version_id: str
    author: str
    saved_on: str
    text: str


@dataclass
class Paper:
    """A document; the last of its versions is the current text."""

    document_id: str
    title: str
    folder: str
    owner: str
    updated_on: str
    tags: list[str] = field(default_factory=list)
    versions: list[Saved] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The current text."""
        return self.versions[-1].text

    def summary(self) -> DocumentSummary:
        """The document in one line."""
        return {
            "document_id": self.document_id,
            "title": self.title,
            "folder": self.folder,
            "tags": list(self.tags),
            "updated_on": self.updated_on,
        }


class FilesState:
    """The workspace's shelves, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"files/{seed}")
        self.today = some_day(rng)
        self.user, *self.colleagues = people(rng, 4)
        self.ids = new_ids(rng)
        self.projects = rng.sample(PROJECTS, 2)
        self.folders = [*dict.fromkeys(draft.folder for draft in SHARED_DRAFTS), EMPTY_FOLDER]
        self.papers: dict[str, Paper] = {}
        self.shares: dict[str, Share] = {}
        for project in self.projects:
            for draft in SHARED_DRAFTS:
                self._write(draft, project, rng)

    def worded(self, template: str, project: str, rng: random.Random) -> str:
        """`template` with its blanks filled in."""
        month = rng.choice(_MONTHS.split())
        person = rng.choice(self.colleagues).name
        return template.format(project=project, person=person, month=month, number=rng.randrange(11, 89))

    def folder(self, name: str) -> str:
        """The folder of that name, as it is spelled."""
        for folder in self.folders:
            if folder.lower() == name.strip().lower():
                return folder
        raise ToolFailure(f"Folder {name!r} does not exist. Folders: {', '.join(self.folders)}.")

    def paper(self, document_id: str) -> Paper:
        """The document with this id."""
        if document_id not in self.papers:
            raise ToolFailure(f"Document {document_id} was not found.")
        return self.papers[document_id]

    def check_free(self, folder: str, title: str) -> None:
        """Refuse a title that the folder has already."""
        for paper in self.papers.values():
            if (paper.folder, paper.title.lower()) == (folder, title.lower()):
                raise ToolFailure(
                    f"Folder {folder} already has a document called {paper.title!r} ({paper.document_id})."
                )

    def add_paper(self, folder: str, title: str, text: str) -> Paper:
        """A new document of the user's."""
        paper = Paper(self.ids.mint("DOC"), title, folder, self.user.name, str(self.today))
        self.papers[paper.document_id] = paper
        self.save(paper, text)
        return paper

    def save(self, paper: Paper, text: str) -> SavedVersion:
        """Make `text` the newest version of a document, written today by the user."""
        paper.versions.append(Saved(self.ids.mint("VER"), self.user.name, str(self.today), text))
        paper.updated_on = str(self.today)
        return {
            "document_id": paper.document_id,
            "version": len(paper.versions),
            "word_count": len(text.split()),
        }

    def share(self, document_id: str, email: str) -> Share | None:
        """The access that somebody has to a document, if any."""
        wanted = (document_id, email.lower())
        return next((s for s in self.shares.values() if (s["document_id"], s["email"].lower()) == wanted), None)

    def _write(self, draft: Draft, project: str, rng: random.Random) -> None:
        """A document that has been in the workspace for some weeks, one version after the other."""
        owner = rng.choice([self.user, *self.colleagues]).name
        title = draft.title.format(project=project)
        paper = Paper(self.ids.mint("DOC"), title, draft.folder, owner, "", [project.lower()])
        day, text = self.today - dt.timedelta(days=rng.randrange(40, 90)), ""
        for part in draft.parts:
            text = f"{text} {self.worded(part, project, rng)}".strip()
            author = rng.choice((owner, rng.choice(self.colleagues).name))
            paper.versions.append(Saved(self.ids.mint("VER"), author, str(day), text))
            paper.updated_on = str(day)
            day += dt.timedelta(days=rng.randrange(2, 12))
        self.papers[paper.document_id] = paper
