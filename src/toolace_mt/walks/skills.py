"""A skill: a tool with what a walk has to know of it: what it asks for, what it gives, and whether it changes things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from toolace_mt.schema.inlining import inlined
from toolace_mt.schema.links import gives, needs
from toolace_mt.schema.names import entity_words, singular, words
from toolace_mt.types import JsonSchema, Tool
from toolace_mt.values.making import described_choices

_LOOKING_WORDS = """
get list find search show check read view lookup fetch describe compare count calculate compute estimate track query preview
summarize convert verify display browse see inspect ls cat grep head tail wc diff du pwd
"""
_LOOKING = frozenset(_LOOKING_WORDS.split())
# These look where they come last: `git_status`, but not `set_status`.
_LOOKED_AT = frozenset({"status", "log", "history", "info", "details", "summary"})
_LOOKING_SAID = _LOOKING | {"return", "retrieve", "demonstrate", "echo", "tell"}
_CHANGING_WORDS = """
add create set send update make write delete remove book switch mark log open close post place move change edit put pay assign
attach comment reply rename schedule run start stop lock unlock block unblock submit order request apply join follow like
upload import merge push pull commit checkout stage reset enable disable turn toggle
"""
_CHANGING = frozenset(_CHANGING_WORDS.split())
_UNDOING = frozenset(
    {"cancel", "delete", "remove", "return", "close", "block", "revoke", "rm", "rmdir", "drop", "unfollow", "discard"}
    | {"reject", "decline", "withdraw", "void", "refund", "deactivate", "archive", "reset", "unsubscribe", "freeze"}
)
_MAKING = frozenset(
    {"create", "write", "make", "mkdir", "touch", "new", "add", "save", "init", "move", "mv", "cp", "copy"}
)
_ALL_CHANGING = _UNDOING | _MAKING | _CHANGING
_ENTERING = frozenset({"login", "logout", "authenticate", "signin", "signout"})
_MOVING = frozenset({"move", "mv", "rename", "copy", "cp"})
_MOST_KEPT = 20_000
_ROOT_WORDS = frozenset({"repo", "repository", "root", "workspace", "cwd"})
_FOLDER_WORDS = frozenset({"dir", "directory", "directories", "folder", "folders"}) | _ROOT_WORDS
_FILE_WORDS = frozenset({"path", "paths", "file", "files", "filename"}) | _FOLDER_WORDS
# What tools with such words in their names are given.
_ON_FOLDERS = _FOLDER_WORDS | {"ls", "list", "tree", "search", "find", "mkdir"}
_ON_FILES = frozenset({"file", "files", "read", "write", "edit", "cat", "head", "tail", "open"})
_VERSIONS = frozenset({"revision", "commit", "sha", "hash", "ref", "rev"})
_ENDS = frozenset({"source", "destination", "src", "dest", "dst"})
_FREE_OF_VERSIONS = frozenset({"message", "timestamp", "date", "time", "type"})
_VAGUE = frozenset({"target", "base", "head", "from", "to", "old", "new", "first", "second", "left", "right"})
_QUERIES = frozenset({"query", "keyword", "search", "term", "text", "q"})
_MOST_TOLD = 6
_DEEPEST = 6


@dataclass(frozen=True)
class Parameter:
    """A parameter: its plain schema, whether a call must have it, and the thing that it names by an id ("" for none).

    about: the description of its tool, for names that say nothing by themselves.
    """

    name: str
    schema: JsonSchema
    required: bool
    thing: str
    about: str = ""

    @cached_property
    def asked(self) -> frozenset[str]:
        """The words of its name."""
        return frozenset(entity_words(self.name))

    @cached_property
    def hinted(self) -> frozenset[str]:
        """The words of its name, with those about its tool where the name alone says nothing: `target`."""
        said = words(str(self.schema.get("description", "")))[:_MOST_TOLD]
        if not said and self.asked <= _VAGUE:
            said = words(self.about)
        return self.asked | frozenset(map(singular, said))

    @cached_property
    def told(self) -> frozenset[str]:
        """The words of its description."""
        return frozenset(map(singular, words(str(self.schema.get("description", "")))))

    @cached_property
    def bare(self) -> JsonSchema:
        """Its schema without what does not constrain values."""
        return {k: v for k, v in self.schema.items() if k not in ("default", "description", "title")}

    @cached_property
    def choices(self) -> tuple[Any, ...]:
        """The values of an enum, also of one among several options, or of one that only the description tells."""
        options = [o for o in self.schema.get("anyOf", ()) if isinstance(o, dict)]
        values = self.schema.get("enum") or [v for o in options for v in o.get("enum", ())]
        found = values or described_choices(str(self.schema.get("description", "")))
        return tuple(v for v in found if v is not None)

    @cached_property
    def names_a_file(self) -> bool:
        """Whether its values are files or folders."""
        said = {*words(self.name), *words(str(self.schema.get("description", "")))[:12]}
        if self.asked <= _ENDS:
            said.update(words(self.about)[:12])
        return self.kind in ("string", "array") and not _FILE_WORDS.isdisjoint(said) and "content" not in self.name

    @cached_property
    def names_a_version(self) -> bool:
        """Whether its values are hashes of commits and the like, by its name or what is said about it."""
        free = self.kind not in ("string", "array") or self.choices or self.asked & _FREE_OF_VERSIONS
        return not free and not _VERSIONS.isdisjoint(self.hinted)

    @cached_property
    def asks_for_words(self) -> bool:
        """Whether it is what a search looks for."""
        return self.kind == "string" and self.asked <= _QUERIES

    @cached_property
    def is_root(self) -> bool:
        """Whether its values are the one folder that all is about, which nobody looks for."""
        return not _ROOT_WORDS.isdisjoint(words(self.name))

    @cached_property
    def kind(self) -> str:
        """The JSON type of its values; of several the first that is not null."""
        declared = self.schema.get("type") or next(
            (o.get("type") for o in self.schema.get("anyOf", ()) if isinstance(o, dict) and o.get("type") != "null"), ""
        )
        if isinstance(declared, list):
            return str(next((kind for kind in declared if kind != "null"), ""))
        return str(declared)


class Skill:
    """A tool as a walker knows it; made once for each distinct tool."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.name = tool.name
        self.words = words(tool.source_name or tool.name)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, required ones first."""
        plain = inlined(self.tool.parameters)["properties"]
        asked, required = needs(self.tool), self.tool.required
        order = [*required, *(name for name in plain if name not in required)]
        about = self.tool.description
        return tuple(
            Parameter(name, plain.get(name) or {}, name in required, asked.get(name, ""), about) for name in order
        )

    @cached_property
    def gives(self) -> dict[str, str]:
        """The things in the results, each with the path of its first place, where that is known."""
        return gives(self.tool)

    @cached_property
    def looks(self) -> bool:
        """Whether the tool only looks: as its source says, else as far as its name and description tell."""
        if self.tool.read_only is not None:
            return self.tool.read_only
        if self._looks_by_name is not None:
            return self._looks_by_name
        return singular(next(iter(words(self.tool.description)), "")) in _LOOKING_SAID

    @cached_property
    def surely_looks(self) -> bool:
        """Whether a call changes nothing, as its source says; where that says nothing, no word of the name may speak of it."""
        if self.tool.read_only is not None:
            return self.tool.read_only
        return self._looks_by_name is True and _ALL_CHANGING.isdisjoint(self.words)

    @cached_property
    def _looks_by_name(self) -> bool | None:
        """Whether the tool only looks, as far as its name tells; None where that tells nothing."""
        for word, following in zip_longest(self.words, self.words[1:]):
            if word in _ALL_CHANGING or (word == "check" and following in ("in", "out")):
                return following is None and word in _LOOKED_AT
            if word in _LOOKING:
                return True
        return True if not _LOOKED_AT.isdisjoint(self.words[-1:]) else None

    @cached_property
    def undoes(self) -> bool:
        """Whether the tool takes away what is there: a cancellation, a deletion."""
        return not _UNDOING.isdisjoint(self.words[:2])

    @cached_property
    def makes(self) -> bool:
        """Whether the tool makes something new, so that a name for it is made up rather than found."""
        return not _MAKING.isdisjoint(self.words[:2])

    @cached_property
    def creates(self) -> bool:
        """Whether it makes what was not there in any form: what is added may well have been."""
        return self.makes and "add" not in self.words[:2]

    @cached_property
    def moves(self) -> bool:
        """Whether the tool makes one thing of another: a copy, or the same under a new name."""
        return not _MOVING.isdisjoint(self.words[:1])

    @cached_property
    def asks_for_folder(self) -> bool:
        """Whether the tool is about folders rather than files, by its name."""
        return not {"directory", "mkdir", "folder", "dir"}.isdisjoint(self.words)

    @cached_property
    def names(self) -> frozenset[frozenset[str]]:
        """The things whose names stand in its results, each as words: {entity, name}; as far as they are declared."""
        return frozenset(_named_in(self.tool.returns, ()))

    def asks_for_file(self, parameter: Parameter) -> bool | None:
        """Whether a path for the parameter is that of a file, or of a folder; None where it may be both."""
        own = {*words(parameter.name)}
        if {"file", "files", "filename"} & own or _FOLDER_WORDS & own:
            return not _FOLDER_WORDS & own
        on_folders, on_files = _ON_FOLDERS & {*self.words}, _ON_FILES & {*self.words}
        if on_folders:
            return False
        if self.moves or "info" in self.words:
            return None
        return True if on_files else None

    @cached_property
    def once(self) -> bool:
        """Whether the tool is of use only once in a dialogue: logging in and out."""
        return not _ENTERING.isdisjoint(self.words) or (
            self.words[:2] in (("log", "in"), ("log", "out"), ("sign", "in"))
        )


def _named_in(schema: Any, place: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """The words of each place in a schema of results that holds names, with its holder's where `name` says too little."""
    if not isinstance(schema, dict) or len(place) > _DEEPEST:
        return
    for name, inner in (schema.get("properties") or {}).items():
        own = entity_words(name)
        if own[-1:] == ("name",):
            yield frozenset(map(singular, [*own, *(words(place[-1]) if place and len(own) == 1 else ())]))
        yield from _named_in(inner, (*place, name))
    yield from _named_in(schema.get("items"), place)


class Skills:
    """The skills of tools, each made once. Tools are told apart by identity: to compare their schemas would cost more."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Tool, Skill]] = {}

    def of(self, tool: Tool) -> Skill:
        """The skill of a tool."""
        kept = self._known.get(id(tool))
        if kept is None or kept[0] is not tool:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            kept = self._known[id(tool)] = (tool, Skill(tool))
        return kept[1]


skill_of = Skills().of
