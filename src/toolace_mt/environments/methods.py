"""How a Python class becomes tools: each public method is one, described by its signature alone.

The docstring's first paragraph is the description, type hints give the JSON Schema, `Annotated[str, "text"]` describes
a parameter, and the return annotation says what comes back. Where `@tool` marks methods, only these are tools; else
all public methods are. A method refuses a call with `raise ToolFailure("why")`.

    class Notes:
        def __init__(self, seed: int = 0) -> None:
            self.texts: list[str] = []

        def add_note(self, text: Annotated[str, "What to write down."]) -> dict[str, int]:
            '''Write down a note.'''
            self.texts.append(text)
            return {"note_id": len(self.texts)}
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import orjson
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic_core import to_jsonable_python

from toolace_mt.errors import InputError
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import JsonSchema, Tool

_PROBLEMS_SHOWN = 3
_MARK = "__toolace_tool__"
_LEGAL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAMED_SCHEMAS = ("properties", "patternProperties", "dependentSchemas")
_PLAIN_VALUES = ("default", "const", "enum", "examples", "required")
_Method = TypeVar("_Method", bound=Callable[..., Any])


class ToolFailure(Exception):
    """A tool refuses a call: `str(failure)` is the message that the caller sees. It never ends a dialogue."""


def tool(method: _Method) -> _Method:
    """Mark a method as a tool; a class without marks offers all its public methods."""
    setattr(method, _MARK, True)
    return method


@dataclass(frozen=True, slots=True)
class Method:
    """One method as a tool, with what is needed to call it."""

    tool: Tool
    function: Callable[..., Any]
    converters: Mapping[str, TypeAdapter[Any]]

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


@lru_cache(maxsize=256)
def methods_of(cls: type, environment: str) -> Mapping[str, Method]:
    """The tools of `cls` by name, in the order of their definition; they carry `environment` as environment and group.

    Raises InputError naming class, method and parameter where a signature cannot be told in JSON Schema.
    """
    functions: dict[str, Callable[..., Any]] = {
        name: member
        for base in reversed(cls.__mro__)
        for name, member in vars(base).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    marked = {name: function for name, function in functions.items() if hasattr(function, _MARK)}
    found = {name: _method(cls, name, function, environment) for name, function in (marked or functions).items()}
    if not found:
        raise InputError(f"{cls.__module__}:{cls.__qualname__}: has no public methods, so it offers no tools")
    return MappingProxyType(found)


def _method(cls: type, name: str, function: Callable[..., Any], environment: str) -> Method:
    where = f"{cls.__module__}:{cls.__qualname__}.{name}"
    if not _LEGAL_NAME.fullmatch(name):
        raise InputError(f"{where}: a tool's name has at most 64 characters out of A-Z, a-z, 0-9, _ and -; rename it")
    try:
        hints = get_type_hints(function, include_extras=True)
    except Exception as error:
        raise InputError(f"{where}: its type hints cannot be resolved: {error}") from None
    schema, converters = _parameters(function, hints, where)
    return Method(
        tool=Tool(
            name=name,
            description=" ".join((inspect.getdoc(function) or "").split("\n\n")[0].split()),
            parameters=schema,
            returns=_returns_schema(hints.get("return"), where),
            group=environment,
            environment=environment,
        ),
        function=function,
        converters=converters,
    )


def _parameters(
    function: Callable[..., Any], hints: Mapping[str, Any], where: str
) -> tuple[JsonSchema, dict[str, TypeAdapter[Any]]]:
    """The schema of all parameters but `self`, and the converter of each."""
    converters: dict[str, TypeAdapter[Any]] = {}
    properties: dict[str, JsonSchema] = {}
    required: list[str] = []
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise InputError(f"{where}: {parameter} cannot be passed by name, so it cannot be a tool's parameter")
        converters[name] = _adapter(hints.get(name, Any), f"{where}({name})")
        properties[name] = _parameter_schema(converters[name], parameter, f"{where}({name})")
        if parameter.default is parameter.empty:
            required.append(name)
    schema: JsonSchema = {"type": "object", "properties": properties}
    return {**schema, **({"required": required} if required else {}), "additionalProperties": False}, converters


def _adapter(hint: Any, where: str) -> TypeAdapter[Any]:
    """The converter of one parameter; the first string in `Annotated` is its description."""
    if get_origin(hint) is Annotated:
        texts = [extra for extra in get_args(hint)[1:] if isinstance(extra, str)]
        if texts:
            hint = Annotated[hint, Field(description=texts[0])]
    try:
        return TypeAdapter(hint)
    except PydanticUserError as error:
        raise InputError(f"{where}: its type has no JSON form: {str(error).splitlines()[0]}") from None


def _parameter_schema(adapter: TypeAdapter[Any], parameter: inspect.Parameter, where: str) -> JsonSchema:
    """`X | None = None` is told as an optional X: callers leave a parameter out, they do not pass null."""
    try:
        schema = _inlined(adapter.json_schema(), where)
        default = None if parameter.default in (None, parameter.empty) else to_jsonable_python(parameter.default)
    except (PydanticUserError, ValueError) as error:
        raise InputError(f"{where}: its type or default has no JSON form: {str(error).splitlines()[0]}") from None
    if parameter.default is None:
        options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
        if len(options) == 1:
            schema = {**options[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    ordered = {key: schema[key] for key in ("type", "description") if key in schema} | schema
    return ordered if default is None else {**ordered, "default": default}


def _returns_schema(hint: Any, where: str) -> JsonSchema | None:
    """The schema of the JSON that comes back; None where it is unknown, or where plain text comes back."""
    if hint in (None, type(None), Any, str):
        return None
    try:
        return _inlined(TypeAdapter(hint).json_schema(mode="serialization"), where)
    except (PydanticUserError, InputError):
        return None


def _inlined(schema: JsonSchema, where: str) -> JsonSchema:
    """`schema` without `$ref`, `$defs` and titles: many consumers of tool schemas know none of them."""
    definitions: dict[str, JsonSchema] = schema.get("$defs", {})

    def resolve(node: Any, inside: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [resolve(item, inside) for item in node]
        if not isinstance(node, dict):
            return node
        plain: JsonSchema = {}
        for key, value in node.items():
            if key == "$ref":
                name = str(value).rsplit("/", 1)[-1]
                if name in inside:
                    raise InputError(f"{where}: {name} contains itself; a tool's schema cannot be recursive")
                plain = {**resolve(definitions[name], (*inside, name)), **plain}
            elif key in _NAMED_SCHEMAS:
                plain[key] = {name: resolve(inner, inside) for name, inner in value.items()}
            elif key in _PLAIN_VALUES:
                plain[key] = value
            elif key not in ("title", "$defs", "discriminator"):
                plain[key] = resolve(value, inside)
        return plain

    return resolve(schema, ())


def _invalid(problems: Iterable[str]) -> ToolFailure:
    return ToolFailure(f"Invalid arguments: {'; '.join(list(problems)[:_PROBLEMS_SHOWN])}.")
