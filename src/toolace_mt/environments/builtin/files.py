"""A team's workspace of project documents: folders, texts with versions, tags, and shares."""

from __future__ import annotations

import random
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.files_records import (
    Document,
    DocumentId,
    DocumentSummary,
    FolderListing,
    FoundDocuments,
    NewFolder,
    RevokedShare,
    Role,
    SavedVersion,
    Share,
    Versions,
)
from toolace_mt.environments.builtin.files_state import FilesState
from toolace_mt.environments.builtin.files_texts import EMPTY_FOLDER, NEW_FOLDERS, NEW_TAGS, NEW_TEXTS, NEW_TITLES
from toolace_mt.environments.builtin.world import best_matches, filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_FOUND = 6


class Files(FilesState):
    """The workspace as one member sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows; `TOOL.PARAMETER` narrows down what works with one tool."""
        rng, project = random.Random(f"{self.today}/{self.user.name}"), self.projects[0]
        texts = [self.worded(text, project, rng) for text in NEW_TEXTS]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email},
            "knows": {
                "folder": [folder for folder in self.folders if folder != EMPTY_FOLDER],
                "move_document.folder": [EMPTY_FOLDER],
                "create_folder.folder": list(NEW_FOLDERS),
                "query": [project, *[p.title for p in self.papers.values() if project in p.title][:4]],
                "tag": [project.lower()],
                "tag_document.tag": list(NEW_TAGS),
                "title": [self.worded(title, project, rng) for title in NEW_TITLES],
                "content": texts,
                "text": texts,
                "email": [colleague.email for colleague in self.colleagues],
            },
        }

    @tool
    def list_folder(self, folder: Annotated[str, "Name of the folder."]) -> FolderListing:
        """List the documents in a folder, last updated first."""
        name = self.folder(folder)
        inside = [paper for paper in self.papers.values() if paper.folder == name]
        inside.sort(key=lambda paper: (paper.updated_on, paper.document_id), reverse=True)
        return {"folder": name, "documents": [paper.summary() for paper in inside]}

    @tool
    def search_documents(
        self,
        query: Annotated[str, "Words to look for in titles and texts.", Field(min_length=1)],
        tag: Annotated[str | None, "Only documents with this tag."] = None,
    ) -> FoundDocuments:
        """Search the workspace for documents by words in their title or text."""
        words = filled(query, "query").lower().split()
        pool = [p for p in self.papers.values() if tag is None or tag.strip().lower() in p.tags]
        found = best_matches(words, [(f"{p.title} {' '.join(p.tags)} {p.text}", p) for p in pool])
        return {"documents": [paper.summary() for paper in found[:_MOST_FOUND]]}

    @tool
    def read_document(self, document_id: DocumentId) -> Document:
        """Read the current text of a document."""
        paper = self.paper(document_id)
        return {
            **paper.summary(),
            "owner": paper.owner,
            "version": len(paper.versions),
            "content": paper.text,
            "shares": [share for share in self.shares.values() if share["document_id"] == document_id],
        }

    @tool
    def create_document(
        self,
        folder: Annotated[str, "Name of the folder that the document goes to."],
        title: Annotated[str, "Title of the document.", Field(min_length=1, max_length=120)],
        content: Annotated[str, "Text of the document."],
    ) -> DocumentSummary:
        """Create a document in a folder."""
        name, heading = self.folder(folder), filled(title, "title")
        self.check_free(name, heading)
        return self.add_paper(name, heading, content.strip()).summary()

    @tool
    def append_to_document(
        self, document_id: DocumentId, text: Annotated[str, "Text to add at the end.", Field(min_length=1)]
    ) -> SavedVersion:
        """Append text to the end of a document, as a new version."""
        paper = self.paper(document_id)
        return self.save(paper, f"{paper.text} {filled(text, 'text')}".strip())

    @tool
    def rename_document(
        self, document_id: DocumentId, title: Annotated[str, "New title.", Field(min_length=1, max_length=120)]
    ) -> DocumentSummary:
        """Rename a document."""
        paper, heading = self.paper(document_id), filled(title, "title")
        self.check_free(paper.folder, heading)
        paper.title, paper.updated_on = heading, str(self.today)
        return paper.summary()

    @tool
    def move_document(
        self, document_id: DocumentId, folder: Annotated[str, "Name of the folder to move it to."]
    ) -> DocumentSummary:
        """Move a document to another folder."""
        paper, name = self.paper(document_id), self.folder(folder)
        if paper.folder == name:
            raise ToolFailure(f"Document {document_id} is already in folder {name}.")
        self.check_free(name, paper.title)
        paper.folder, paper.updated_on = name, str(self.today)
        return paper.summary()

    @tool
    def create_folder(
        self, folder: Annotated[str, "Name of the new folder.", Field(min_length=1, max_length=60)]
    ) -> NewFolder:
        """Create an empty folder."""
        name = filled(folder, "folder")
        if name.lower() in (known.lower() for known in self.folders):
            raise ToolFailure(f"Folder {name!r} exists already.")
        self.folders.append(name)
        return {"folder": name, "created_on": str(self.today)}

    @tool
    def tag_document(
        self,
        document_id: DocumentId,
        tag: Annotated[str, "Tag in lower case, without spaces.", Field(pattern="^[a-z0-9][a-z0-9-]{0,29}$")],
    ) -> DocumentSummary:
        """Add a tag to a document."""
        paper = self.paper(document_id)
        if tag in paper.tags:
            raise ToolFailure(f"Document {document_id} already has the tag {tag!r}.")
        paper.tags.append(tag)
        return paper.summary()

    @tool
    def share_document(
        self,
        document_id: DocumentId,
        email: Annotated[str, "Mail address of the person who gets access.", Field(pattern=r"^[^@\s]+@[^@\s]+$")],
        role: Annotated[Role, "What that person may do."] = "viewer",
    ) -> Share:
        """Share a document with somebody by mail address."""
        self.paper(document_id)
        known = self.share(document_id, email)
        if known is not None and known["role"] == role:
            raise ToolFailure(f"Document {document_id} is already shared with {email} as {role}.")
        if known is not None:
            known["role"] = role
            return known
        share = Share(share_id=self.ids.mint("SHR"), document_id=document_id, email=email, role=role)
        self.shares[share["share_id"]] = share
        return share

    @tool
    def revoke_share(self, share_id: Annotated[str, "Id of the share."]) -> RevokedShare:
        """Take back the access that a share gave."""
        if share_id not in self.shares:
            raise ToolFailure(f"Share {share_id} was not found.")
        share = self.shares.pop(share_id)
        return {"share_id": share_id, "document_id": share["document_id"], "revoked": True}

    @tool
    def list_versions(self, document_id: DocumentId) -> Versions:
        """List the saved versions of a document, oldest first."""
        paper = self.paper(document_id)
        return {
            "document_id": document_id,
            "title": paper.title,
            "versions": [
                {
                    "version_id": saved.version_id,
                    "version": number,
                    "author": saved.author,
                    "saved_on": saved.saved_on,
                    "word_count": len(saved.text.split()),
                }
                for number, saved in enumerate(paper.versions, start=1)
            ],
        }

    @tool
    def restore_version(self, version_id: Annotated[str, "Id of the version."]) -> SavedVersion:
        """Restore a document to an earlier version."""
        for paper in self.papers.values():
            for saved in paper.versions:
                if saved.version_id != version_id:
                    continue
                if saved is paper.versions[-1]:
                    raise ToolFailure(f"Version {version_id} is already the current one.")
                return self.save(paper, saved.text)
        raise ToolFailure(f"Version {version_id} was not found.")
