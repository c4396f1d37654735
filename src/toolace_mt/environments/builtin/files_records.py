"""What the workspace tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Role = Literal["viewer", "commenter", "editor"]
DocumentId = Annotated[str, "Id of the document."]


class DocumentSummary(TypedDict):
    """A document in one line."""

    document_id: str
    title: str
    folder: str
    tags: list[str]
    updated_on: str


class FolderListing(TypedDict):
    """What is in a folder, last updated first."""

    folder: str
    documents: list[DocumentSummary]


class FoundDocuments(TypedDict):
    """The documents that match best."""

    documents: list[DocumentSummary]


class Share(TypedDict):
    """Somebody's access to a document."""

    share_id: str
    document_id: str
    email: str
    role: Role


class Document(DocumentSummary):
    """A document with its current text, and who has access besides its owner."""

    owner: str
    version: int
    content: str
    shares: list[Share]


class SavedVersion(TypedDict):
    """A document after a change of its text."""

    document_id: str
    version: int
    word_count: int


class NewFolder(TypedDict):
    """A folder just made."""

    folder: str
    created_on: str


class RevokedShare(TypedDict):
    """Access that was taken back."""

    share_id: str
    document_id: str
    revoked: bool


class Version(TypedDict):
    """One saved state of a document."""

    version_id: str
    version: int
    author: str
    saved_on: str
    word_count: int


class Versions(TypedDict):
    """The saved states of a document, oldest first."""

    document_id: str
    title: str
    versions: list[Version]
