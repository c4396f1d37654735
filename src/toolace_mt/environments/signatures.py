"""A function's signature told in JSON Schema: its parameters, and what it returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from pydantic import Field, TypeAdapter
from pydantic_core import to_jsonable_python

from toolace_mt.environments.docstrings import Docstring, Told
from toolace_mt.environments.hints import named_type
from toolace_mt.errors import InputError
from toolace_mt.types import JsonSchema

_NAMED_SCHEMAS = ("properties", "patternProperties", "dependentSchemas")
_PLAIN_VALUES = ("default", "const", "enum", "examples", "required")


@dataclass
class Signature:
    """The schema of a function's parameters, what converts each argument, and what was left out: (field, why)."""

    schema: JsonSchema = field(default_factory=dict[str, Any])
    converters: dict[str, TypeAdapter[Any]] = field(default_factory=dict[str, TypeAdapter[Any]])
    left_out: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def read_signature(
    function: Callable[..., Any], hints: Mapping[str, Any], told: Docstring, where: str, *, bound: bool
) -> Signature:
    """All parameters by name. bound: the first one is `self`, and none of them.

    A parameter that neither has a hint nor is told of in the docstring takes any value. Raises InputError where one
    cannot be passed by name, or where its type has no JSON form.
    """
    found = Signature()
    properties: dict[str, JsonSchema] = {}
    required: list[str] = []
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters[1:] if bound and parameters and _takes_self(parameters[0]) else parameters:
        name = parameter.name
        if parameter.kind is parameter.VAR_KEYWORD:
            found.left_out.append((f"parameters.{name}", f"{parameter} stands for any names: left out"))
            continue
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise InputError(f"{where}: {parameter} cannot be passed by name, so it cannot be a tool's parameter")
        documented = told.parameters.get(name, Told())
        hint = hints.get(name, named_type(documented.type))
        if hint is Any and name not in hints:
            found.left_out.append((f"parameters.{name}", "has no type hint, so it takes any value: write one"))
        found.converters[name] = _adapter(hint, f"{where}({name})")
        properties[name] = _parameter_schema(found, parameter, documented.text, f"{where}({name})")
        if parameter.default is parameter.empty:
            required.append(name)
    schema: JsonSchema = {"type": "object", "properties": properties}
    found.schema = {**schema, **({"required": required} if required else {}), "additionalProperties": False}
    return found


def returns_schema(hint: Any, told: Docstring, where: str) -> JsonSchema | None:
    """The schema of the JSON that comes back; None where it is unknown, or where plain text comes back.

    Where the hint says no more than `dict`, the keys are those that the docstring lists.
    """
    if hint in (None, type(None), Any, str) and not told.returns:
        return None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(hint)  # pyright: ignore[reportArgumentType]
        schema = _inlined(adapter.json_schema(mode="serialization"), where)
    except Exception:
        return None
    if told.returns and schema.keys() <= {"type", "additionalProperties", "anyOf"} and schema.get("type") != "array":
        return {"type": "object", "properties": {name: _told_schema(each) for name, each in told.returns.items()}}
    return schema


def is_data(hint: Any) -> bool:
    """Whether values of this type have a JSON form."""
    try:
        TypeAdapter(hint).json_schema(mode="serialization")
    except Exception:
        return False
    return True


def _takes_self(first: inspect.Parameter) -> bool:
    return first.kind in (first.POSITIONAL_ONLY, first.POSITIONAL_OR_KEYWORD)


def _told_schema(told: Told) -> JsonSchema:
    return TypeAdapter(named_type(told.type)).json_schema() | ({"description": told.text} if told.text else {})


def _adapter(hint: Any, where: str) -> TypeAdapter[Any]:
    """The converter of one parameter; the first string in `Annotated` is its description."""
    if get_origin(hint) is Annotated:
        texts = [extra for extra in get_args(hint)[1:] if isinstance(extra, str)]
        if texts:
            hint = Annotated[hint, Field(description=texts[0])]
    try:
        return TypeAdapter(hint)
    except Exception as error:  # a hint may be anything at all, and pydantic raises many kinds of errors for it
        raise _formless(where, error) from None


def _parameter_schema(found: Signature, parameter: inspect.Parameter, text: str, where: str) -> JsonSchema:
    """`X | None = None` is told as an optional X: callers leave a parameter out, they do not pass null."""
    try:
        schema = _inlined(found.converters[parameter.name].json_schema(), where)
    except InputError:
        raise
    except Exception as error:
        raise _formless(where, error) from None
    if parameter.default is None:
        options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
        if len(options) == 1:
            schema = {**options[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    if text:
        schema = {"description": text} | schema
    ordered = {key: schema[key] for key in ("type", "description") if key in schema} | schema
    default = _default(found, parameter)
    return ordered if default is None else {**ordered, "default": default}


def _default(found: Signature, parameter: inspect.Parameter) -> Any:
    """The default in JSON form; None where there is none, or none that could be shown."""
    if parameter.default in (None, parameter.empty):
        return None
    try:
        return to_jsonable_python(parameter.default)
    except Exception as error:
        kind = type(parameter.default).__name__
        done = f"the default, a {kind}, has no JSON form ({type(error).__name__}): not shown"
        found.left_out.append((f"parameters.{parameter.name}", done))
        return None


def _formless(where: str, error: Exception) -> InputError:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return InputError(f"{where}: its type has no JSON form: {reason}")


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
