'''How Python code becomes tools: each public method of a class is one, and each function, described by its signature alone.

The docstring's first paragraph is the description, type hints give the JSON Schema, `Annotated[str, "text"]` or the
docstring's own section (Google, numpy, reST) describes a parameter, and the return annotation says what comes back. Where
`@tool` marks methods, only these are tools; else all public methods are, inherited and static ones too; class methods are
mostly other ways to make an instance, so they are tools only where marked. A call is refused with `raise ToolFailure("why")`.

    class Notes:
        def __init__(self, seed: int = 0) -> None:
            self.texts: list[str] = []

        def add_note(self, text: Annotated[str, "What to write down."]) -> dict[str, int]:
            """Write down a note."""
            self.texts.append(text)
            return {"note_id": len(self.texts)}
'''

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from toolace_mt.environments.docstrings import read_docstring
from toolace_mt.environments.hints import hints_of
from toolace_mt.environments.signatures import read_signature, returns_schema
from toolace_mt.errors import InputError
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Tool

_PROBLEMS_SHOWN = 3
_MARK = "__toolace_tool__"
_LEGAL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_Method = TypeVar("_Method", bound=Callable[..., Any])

# What a class inherits from these is no tool: `dict.update`, `BaseModel.model_dump`, `Thread.start`.
_LIBRARIES = sys.stdlib_module_names | {"pydantic"}
# How an instance is made: never a tool.
_MAKER = "from_seed"


class ToolFailure(Exception):
    """A tool refuses a call: `str(failure)` is the message that the caller sees. It never ends a dialogue."""


def tool(method: _Method) -> _Method:
    """Mark a method as a tool; a class without marks offers all its public methods."""
    setattr(method, _MARK, True)
    return method


@dataclass(frozen=True, slots=True)
class Method:
    """One method or function as a tool, with what is needed to call it. left_out: (field, why) of what is not told.

    defaults: those that can be changed, such as `[]`, as they were when the function was defined.
    """

    tool: Tool
    converters: Mapping[str, TypeAdapter[Any]]
    left_out: tuple[tuple[str, str], ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def lend_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of each changeable default that is not `given`: else all dialogues would share one object."""
        return {name: deepcopy(value) for name, value in self.defaults.items() if name not in given}

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Turn JSON arguments into those of the function: checked, converted, and sharing nothing with the caller's.

        Raises ToolFailure saying what is wrong with them.
        """
        try:
            payload = orjson.loads(orjson.dumps(arguments))
        except (TypeError, ValueError) as error:
            raise _invalid([f"not valid JSON ({error})"]) from None
        if problems := argument_problems(self.tool, payload):
            raise _invalid(problem.removeprefix("arguments").lstrip(".: ") for problem in problems)
        bound: dict[str, Any] = {}
        for name, value in payload.items():
            try:
                bound[name] = self.converters[name].validate_python(value)
            except ValidationError as error:
                first = error.errors()[0]
                path = ".".join(str(step) for step in (name, *first["loc"]))
                raise _invalid([f"{path}: {first['msg']}"]) from None
        return bound


@dataclass(frozen=True)
class Offer:
    """The tools of a class or of functions by name, in the order of their definition; and why others are none."""

    methods: Mapping[str, Method]
    refused: Mapping[str, str]


class _Member(NamedTuple):
    function: Callable[..., Any]
    bound: bool


@lru_cache(maxsize=256)
def offer_of(source: type | tuple[Callable[..., Any], ...], environment: str, group: str) -> Offer:
    """The tools of a class, or of functions; they carry `environment` and `group`."""
    methods: dict[str, Method] = {}
    refused: dict[str, str] = {}
    owner = f"{environment}: {source.__qualname__}." if isinstance(source, type) else f"{environment}: "
    members = _members(source) if isinstance(source, type) else {f.__name__: _Member(f, False) for f in source}
    for name, member in members.items():
        try:
            methods[name] = _method(
                f"{owner}{name}", name, member, Tool(name=name, group=group, environment=environment)
            )
        except InputError as error:
            refused[name] = str(error)
    return Offer(MappingProxyType(methods), MappingProxyType(refused))


def methods_of(cls: type, environment: str) -> Mapping[str, Method]:
    """The tools of `cls` by name; they carry `environment` as environment and group.

    Raises InputError naming class, method and parameter where none of its methods can be told in JSON Schema.
    """
    offer = offer_of(cls, environment, environment)
    if offer.methods:
        return offer.methods
    reasons = "; ".join(list(offer.refused.values())[:_PROBLEMS_SHOWN])
    raise InputError(reasons or f"{environment}: {cls.__qualname__} has no public methods, so it offers no tools")


def _members(cls: type) -> dict[str, _Member]:
    """The methods that are tools, those of base classes first. What a class overrides with something else is none."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        own = base is cls or base.__module__.partition(".")[0] not in _LIBRARIES
        for name, member in vars(base).items():
            if (own or name in found) and not name.startswith("_") and name != _MAKER:
                found[name] = member
    functions = {name: member for name, raw in found.items() for member in _functions(raw)}
    marked = {name: member for name, member in functions.items() if _is_marked(member.function)}
    return marked or {name: m for name, m in functions.items() if not isinstance(found[name], classmethod)}


def _functions(raw: Any) -> Iterator[_Member]:
    function = raw.__func__ if isinstance(raw, classmethod | staticmethod) else raw
    if callable(function) and inspect.isfunction(inspect.unwrap(function)):
        yield _Member(function, not isinstance(raw, staticmethod))


def _is_marked(function: Callable[..., Any]) -> bool:
    return hasattr(function, _MARK)


def _method(where: str, name: str, member: _Member, plain: Tool) -> Method:
    if not _LEGAL_NAME.fullmatch(name):
        raise InputError(f"{where}: a tool's name has at most 64 characters out of A-Z, a-z, 0-9, _ and -; rename it")
    try:
        hints = hints_of(member.function)
    except Exception as error:
        raise InputError(f"{where}: its type hints cannot be resolved: {error}") from None
    told = read_docstring(inspect.getdoc(member.function))
    signature = read_signature(member.function, hints, told, where, bound=member.bound)
    described = {
        "description": told.summary,
        "parameters": signature.schema,
        "returns": returns_schema(hints.get("return"), told, where),
    }
    lacks = "says nothing of what it does" if inspect.getdoc(member.function) else "has no docstring"
    left_out = [] if told.summary else [("description", f"{lacks}, so no description: write one")]
    defaults = _changeable_defaults(member.function, signature.converters)
    return Method(plain.model_copy(update=described), signature.converters, (*left_out, *signature.left_out), defaults)


def _changeable_defaults(function: Callable[..., Any], names: Iterable[str]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters
    found = {name: parameters[name].default for name in names if name in parameters}
    return {name: deepcopy(value) for name, value in found.items() if isinstance(value, list | dict | set | bytearray)}


def _invalid(problems: Iterable[str]) -> ToolFailure:
    return ToolFailure(f"Invalid arguments: {'; '.join(list(problems)[:_PROBLEMS_SHOWN])}.")
