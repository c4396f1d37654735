"""What reading tools tells: each change that was made, each document that could not be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from toolace_mt.schema.http import HttpOperation
from toolace_mt.types import Tool

Note = Callable[[str, str, str], None]
"""Takes down one change of a document: its kind, the field, what was done."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One change to a tool's document. kind: "type", "default", "enum", "required", "name", "duplicate", ...

    tool: the tool's legal name. where: `file:line`. field: `parameters.city`. done: one short sentence.
    """

    tool: str
    where: str
    field: str
    kind: str
    done: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that gives no usable tool. where: `file:line`. name: as its source has it, "" without one."""

    where: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoadedTools:
    """The tools of all sources, in order, and what was changed or refused on the way.

    Names are distinct, but for two tools of different environments, which are never renamed. requests: how calls of the
    operations of HTTP APIs are sent, by the tool's name.
    """

    tools: tuple[Tool, ...]
    mended: tuple[Mend, ...] = ()
    refused: tuple[Refusal, ...] = ()
    requests: Mapping[str, HttpOperation] = field(default_factory=dict[str, HttpOperation])
