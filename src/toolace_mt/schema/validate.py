"""Values against JSON Schemas (2020-12), with compiled validators kept: well over 100,000 checks a second once warm."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from toolace_mt.errors import InputError
from toolace_mt.types import JsonSchema, Tool

_MASK = "<value>"
_SHOWN = 60
_NAMES_SHOWN = 8
_KEPT = 16_384
_DEEPEST = 32
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")

# Where the top level of the parameters has one of these, its `properties` are not the whole truth about names.
_OPENERS = frozenset(
    {"patternProperties", "allOf", "anyOf", "oneOf", "if", "$ref", "$dynamicRef", "dependentSchemas"}
    | {"unevaluatedProperties"}
)


class _Checker(NamedTuple):
    """The compiled parameters of a tool. known: the only argument names allowed, or None where any are.

    It holds the parameters themselves, so that no others can get their identity while they are its key.
    """

    parameters: JsonSchema
    validator: Draft202012Validator
    known: frozenset[str] | None


_checkers: dict[int, _Checker] = {}
_checkers_lock = threading.Lock()


def argument_problems(tool: Tool, arguments: dict[str, Any]) -> list[str]:
    """What is wrong with the arguments of a call: short sentences with the path, none where they fit.

    `arguments.date: 'tomorrow' is not of type integer`. Names that the tool does not declare are problems too,
    unless it says `additionalProperties`. Raises InputError where the tool's own parameters are no JSON Schema.
    """
    checker = _checker_of(tool)
    unknown = [] if checker.known is None else [name for name in arguments if name not in checker.known]
    try:
        orjson.dumps(arguments)  # lone surrogates, numbers beyond 64 bits: what no reader of a dataset could read back
        if not unknown and checker.validator.is_valid(arguments):
            return []
        errors = list(checker.validator.iter_errors(arguments))
    except (ValueError, TypeError) as error:
        return [f"arguments: cannot be written as JSON ({shown(str(error))})"]
    problems = [_unknown_name(name, tool) for name in unknown]
    others = [error for error in errors if not (unknown and _is_about_unknown_names(error))]
    return problems + [_sentence(error) for error in _without_doubles(others)]


def conforms(schema: JsonSchema | bool, value: Any) -> bool:
    """Whether a JSON value satisfies the schema. Raises InputError where the schema is none."""
    validator = _compiled(_canonical(schema))
    try:
        return validator.is_valid(value)
    except (ValueError, TypeError):
        return False


def schema_problem(schema: Any) -> ValidationError | str | None:
    """Why `schema` is not a usable JSON Schema 2020-12, or None: the meta-schema, patterns, references.

    A ValidationError's `instance_path` says where in the schema.
    """
    try:
        _compile(schema)
    except ValidationError as error:
        return error
    except (ValueError, TypeError, RecursionError) as error:
        return str(error)
    return None


def shown(value: Any, limit: int = _SHOWN) -> str:
    """A value for a message: its Python form, on one line, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 4]}...{text[-1]}"


def _checker_of(tool: Tool) -> _Checker:
    """By the identity of the parameters first: canonical JSON for every check would cost more than the check."""
    parameters = tool.parameters
    checker = _checkers.get(id(parameters))
    if checker is not None:
        return checker
    try:
        validator = _compiled(_canonical(parameters))
    except InputError as error:
        raise InputError(f"tool {tool.name}: parameters {error}") from None
    checker = _Checker(parameters, validator, _known_names(parameters))
    with _checkers_lock:
        if len(_checkers) >= _KEPT:
            _checkers.clear()  # the compiled validators stay in their own cache
        _checkers[id(parameters)] = checker
    return checker


def _known_names(parameters: JsonSchema) -> frozenset[str] | None:
    properties = parameters.get("properties")
    if not isinstance(properties, dict) or not _OPENERS.isdisjoint(parameters):
        return None
    if parameters.get("additionalProperties", False) is not False:
        return None
    return frozenset(properties)


def _canonical(schema: Any) -> bytes:
    try:
        return orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:
        raise InputError(f"are not a JSON Schema: {error}") from None


@lru_cache(maxsize=_KEPT)
def _compiled(canonical: bytes) -> Draft202012Validator:
    """Compiled from the canonical form, so that equal schemas report their errors in the same order."""
    try:
        return _compile(orjson.loads(canonical))
    except (ValueError, RecursionError) as error:
        raise InputError(f"are not a valid JSON Schema: {_told(error)}") from None


def _compile(schema: Any) -> Draft202012Validator:
    return Draft202012Validator(schema, mask=_MASK, retriever=_refuse)


def _refuse(uri: str) -> NoReturn:
    """Schemas come from strangers: nothing that they refer to is fetched, from the network or the disk."""
    raise ValueError("references to other documents are not followed")


def _is_about_unknown_names(error: ValidationError) -> bool:
    return not error.instance_path and isinstance(error.kind, Kind.AdditionalProperties)


def _unknown_name(name: str, tool: Tool) -> str:
    known = list(tool.properties)
    listed = ", ".join(known[:_NAMES_SHOWN]) + (", ..." if len(known) > _NAMES_SHOWN else "")
    return f"arguments.{name}: is not a parameter of {tool.name} ({f'it has {listed}' if known else 'it has none'})"


def _without_doubles(errors: list[ValidationError]) -> list[ValidationError]:
    """Of a value that has the wrong type, that alone: it cannot be one of the listed values either."""
    if len(errors) < 2:
        return errors
    mistyped = {tuple(error.instance_path) for error in errors if isinstance(error.kind, Kind.Type)}
    return [e for e in errors if not (isinstance(e.kind, Kind.Enum) and tuple(e.instance_path) in mistyped)]


def _sentence(error: ValidationError) -> str:
    nearest = _nearest(error)
    told = f"{_path('arguments', error)}: {_what(error)}"
    return told if nearest is error else f"{told}; nearest is {_path('arguments', nearest)}: {_what(nearest)}"


def _path(root: str, error: ValidationError) -> str:
    return root + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)


def _nearest(error: ValidationError) -> ValidationError:
    """What is wrong by the schema that a value of several fits best: the one that fails at the deepest place."""
    for _ in range(_DEEPEST):
        if not isinstance(error.kind, Kind.AnyOf | Kind.OneOfNotValid):
            break
        branches = [branch for branch in error.kind.context if branch]
        deepest = max(branches, key=_depth, default=None)
        if deepest is None or _depth(deepest) <= len(error.instance_path):
            break
        error = min(deepest, key=lambda inner: len(inner.instance_path))
    return error


def _depth(errors: list[ValidationError]) -> int:
    """How far into the value a schema got before it failed."""
    return min(len(error.instance_path) for error in errors)


def _what(error: ValidationError) -> str:
    match error.kind:
        case Kind.Required(property=name):
            return f"{name!r} is missing"
        case Kind.Type(types=types):
            return f"{_value(error.instance)} is not of type {' or '.join(sorted(types))}"
        case Kind.Enum(options=options):
            return f"{_value(error.instance)} is not one of {shown(options, 200)}"
        case Kind.AnyOf(context=context) | Kind.OneOfNotValid(context=context):
            return f"{_value(error.instance)} fits none of {_choices(context)}"
        case _:
            return error.message.replace(_MASK, _value(error.instance), 1)


def _choices(context: list[list[ValidationError]]) -> str:
    """The types that would do, where all of several schemas want nothing but one."""
    kinds = [branch[0].kind for branch in context if len(branch) == 1]
    types = [sorted(kind.types) for kind in kinds if isinstance(kind, Kind.Type)]
    if len(types) < len(context):
        return f"the {len(context)} schemas that it may have"
    return f"the types {', '.join(dict.fromkeys(name for names in types for name in names))}"


def _value(value: Any) -> str:
    """A value as JSON names it, where Python has another word."""
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or isinstance(value, bool)
        else shown(value)
    )


def _told(error: ValueError | RecursionError) -> str:
    """Why a schema is none: the place in it, the value there, and what is wrong with that."""
    if not isinstance(error, ValidationError):
        return shown(str(error).partition("\n")[0], 200)
    where = _path("", error).removeprefix(".")
    if error.instance_path and error.instance_path[-1] == "type":
        return f"{where}: {_value(error.instance)} is no type; {', '.join(_TYPES)} are"
    return f"{where + ': ' if where else ''}{_what(error)}"
