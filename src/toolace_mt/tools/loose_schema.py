"""Loose schemas made valid JSON Schema 2020-12: other languages' types, `optional` flags, lists of parameters, ...

What is understood is rewritten; what the meta-schema still refuses is left out, keyword by keyword. Each change is
noted.
"""

from __future__ import annotations

from typing import Any

from jsonschema_rs import ValidationError

from toolace_mt.schema.validate import schema_problem, shown
from toolace_mt.tools.notes import Note
from toolace_mt.tools.type_names import JSON_TYPES, join_types, read_type
from toolace_mt.tools.values import mend_default, mend_enum, types_of
from toolace_mt.types import JsonSchema

_DEEPEST = 40
_MOST_REMOVALS = 200
_ONE_SCHEMA = ("additionalProperties", "contains", "not", "if", "then", "else", "propertyNames", "items")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_FLAGS = ("required", "optional")
_KEYWORDS = frozenset((*_ONE_SCHEMA, *_SCHEMA_LISTS, *_SCHEMA_MAPS))
_SAYS_TYPE = frozenset({"type", "enum", "const", "anyOf", "oneOf", "allOf", "not", "if", "$ref", "$dynamicRef"})
# With one of these, names outside of `properties` can be meant.
_OPEN = frozenset({"allOf", "anyOf", "oneOf", "if", "$ref", "$dynamicRef", "patternProperties"})


def mend_parameters(parameters: Any, note: Note) -> JsonSchema | str:
    """The schema of a tool's arguments, of type object; or the reason why there is none."""
    root = "parameters"
    if isinstance(parameters, list) and (named := _by_name(parameters)) is not None:
        note("properties", root, "a list of parameters written by name")
        parameters = {"type": "object", "properties": named}
    if not isinstance(parameters, dict):
        return f"parameters: {shown(parameters)} is not an object (a JSON Schema)"
    if _is_flat(parameters):
        note("properties", root, "parameters by name put under properties")
        parameters = {"type": "object", "properties": parameters}
    schema = _legal(parameters, root, note)
    if isinstance(schema, str):
        return schema
    if not _is_object(schema, note):
        return f"parameters: of type {' or '.join(types_of(schema))}, must be object"
    _mend_defaults(schema, root, note)
    return schema


def mend_returns(returns: Any, note: Note) -> JsonSchema | None:
    """The schema of a tool's results; None where there is none that can be used."""
    if not isinstance(returns, dict) or not returns:
        if returns:
            note("returns", "returns", f"{shown(returns)} is no schema: left out")
        return None
    schema = _legal(returns, "returns", note)
    if isinstance(schema, str):
        note("returns", "returns", f"left out: {schema}")
        return None
    _mend_defaults(schema, "returns", note)
    return schema


def mend_schema(value: Any, field: str, note: Note, depth: int = _DEEPEST) -> JsonSchema:
    """One schema and all within it. Defaults, and keywords that no reading can save, are for later."""
    if isinstance(value, str):
        note("type", field, f"{shown(value)} written as a schema")
        value = {"type": value}
    if isinstance(value, bool):
        return {} if value else {"not": {}}
    if not isinstance(value, dict) or depth == 0:
        note("schema", field, f"{'nested too deep' if depth == 0 else shown(value) + ' is no schema'}: left open")
        return {}
    schema: JsonSchema = dict(value)
    if "2020-12" not in str(schema.get("$schema", "2020-12")):
        note("schema", field, f"$schema {shown(schema.pop('$schema'))} left out: read as 2020-12")
    _mend_type(schema, field, note)
    _mend_patterns(schema, field, note)
    _mend_array(schema, field, note)
    _mend_object(schema, field, note)
    _mend_parts(schema, field, note, depth)
    mend_enum(schema, field, note)
    if _SAYS_TYPE.isdisjoint(schema) and ("properties" in schema or "items" in schema):
        schema["type"] = "object" if "properties" in schema else "array"
    return schema


def _mend_type(schema: JsonSchema, field: str, note: Note) -> None:
    if schema.pop("nullable", False) is True and "type" in schema:
        schema["type"] = [*(schema["type"] if isinstance(schema["type"], list) else [schema["type"]]), "null"]
    if "type" in schema:
        _read_type(schema, field, note)


def _read_type(schema: JsonSchema, field: str, note: Note) -> None:
    declared = schema["type"]
    names = declared if isinstance(declared, list) else [declared]
    if all(isinstance(name, str) and name in JSON_TYPES for name in names) and 0 < len(names) == len(set(names)):
        return
    del schema["type"]
    read = join_types([read_type(name) if isinstance(name, str) else None for name in names])
    if read is None:
        note("type", field, f"type {shown(declared)} is not known: left open")
        return
    for keyword, part in read.items():
        schema.setdefault(keyword, part)
    note("type", field, f"type {shown(declared)} written as {_told(read)}")


def _mend_patterns(schema: JsonSchema, field: str, note: Note) -> None:
    """Also where no reference leads to the schema, and so nothing compiles it."""
    named = schema.get("patternProperties")
    wrong = [name for name in named if not _is_pattern(name)] if isinstance(named, dict) else []
    for name in wrong:
        del schema["patternProperties"][name]
    if "pattern" in schema and not _is_pattern(schema["pattern"]):
        wrong.append(schema.pop("pattern"))
    if wrong:
        note("schema", field, f"no regular expression: {shown(wrong)} left out")


def _is_pattern(pattern: Any) -> bool:
    return isinstance(pattern, str) and schema_problem({"pattern": pattern}) is None


def _mend_array(schema: JsonSchema, field: str, note: Note) -> None:
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        note("items", field, "items as a list written as prefixItems")
    if types_of(schema) == ["array"] and "items" not in schema and "prefixItems" not in schema:
        schema["items"] = {}
        note("items", field, "array without items: any items")


def _mend_object(schema: JsonSchema, field: str, note: Note) -> None:
    """Properties as a list, flags of single properties, and `required` names."""
    if isinstance(schema.get("properties"), list) and (named := _by_name(schema["properties"])) is not None:
        schema["properties"] = named
        note("properties", field, "properties as a list written by name")
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return
    listed = "required" in schema
    required = schema.pop("required", [])
    if isinstance(required, str) and (named := _names_in(required, properties)):
        note("required", field, f"required {shown(required)} read as a list of names")
        required = named
    if not isinstance(required, list):
        note("required", field, f"required {shown(required)} is no list: left out")
        required = []
    names = list(dict.fromkeys(name for name in required if isinstance(name, str)))
    strays = [name for name in names if name not in properties]
    if strays and _OPEN.isdisjoint(schema):
        note("required", field, f"required names that are no properties left out: {shown(strays)}")
        names = [name for name in names if name in properties]
    schema["properties"], flagged = _without_flags(properties, field, note)
    names = [name for name in names if flagged.get(name, True)]
    names += [name for name, needed in flagged.items() if needed and name not in names]
    if names or listed:
        schema["required"] = names


def _names_in(text: str, properties: dict[str, Any]) -> list[str]:
    """The names of properties in a text that holds one, or several with commas between them; none where it holds others."""
    names = [text] if text in properties else [name.strip() for name in text.split(",")]
    return names if all(name in properties for name in names) else []


def _without_flags(properties: dict[str, Any], field: str, note: Note) -> tuple[dict[str, Any], dict[str, bool]]:
    """The properties without their own `required: true` and `optional: true`, and whom these made required or not."""
    kept = dict(properties)
    flagged: dict[str, bool] = {}
    for name, inner in properties.items():
        said = {flag: _as_flag(inner.get(flag)) for flag in _FLAGS} if isinstance(inner, dict) else {}
        flags = {flag: value for flag, value in said.items() if value is not None}
        if not flags:
            continue
        kept[name] = {keyword: part for keyword, part in inner.items() if keyword not in flags}
        flagged[name] = flags["required"] if "required" in flags else not flags["optional"]
        told = ", ".join(f"{flag}: {str(value).lower()}" for flag, value in flags.items())
        note("required", f"{field}.{name}", f"{told} read as {'required' if flagged[name] else 'not required'}")
    return kept, flagged


def _mend_parts(schema: JsonSchema, field: str, note: Note, depth: int) -> None:
    for keyword in _ONE_SCHEMA:
        loose_items = keyword == "items" and not isinstance(schema.get(keyword, True), bool)
        if isinstance(schema.get(keyword), dict) or loose_items:
            inner = f"{field}[]" if keyword == "items" else f"{field}.{keyword}"
            schema[keyword] = mend_schema(schema[keyword], inner, note, depth - 1)
    for keyword in _SCHEMA_LISTS:
        if isinstance(schema.get(keyword), list):
            parts = enumerate(schema[keyword])
            schema[keyword] = [mend_schema(part, f"{field}.{keyword}[{i}]", note, depth - 1) for i, part in parts]
    for keyword in _SCHEMA_MAPS:
        if isinstance(schema.get(keyword), dict):
            inner = field if keyword == "properties" else f"{field}.{keyword}"
            parts = schema[keyword].items()
            schema[keyword] = {name: mend_schema(part, f"{inner}.{name}", note, depth - 1) for name, part in parts}


def _is_object(schema: JsonSchema, note: Note) -> bool:
    """Make the root of parameters an object where it can be one; False where it says otherwise."""
    types = types_of(schema)
    if types and types != ["object"]:
        if "object" not in types and "properties" not in schema:
            return False
        note("type", "parameters", f"type {' or '.join(types)} written as object")
    if "enum" in schema:
        note("enum", "parameters", f"{shown(schema.pop('enum'))} left out: arguments are no list of values")
    schema["type"] = "object"
    if "properties" not in schema and "additionalProperties" not in schema and _OPEN.isdisjoint(schema):
        names = [name for name in _list(schema.get("required")) if isinstance(name, str)]
        schema["properties"] = {name: {} for name in names}
        if names:
            note("required", "parameters", f"required names without properties take any value: {shown(names)}")
    return True


def _legal(schema: JsonSchema, root: str, note: Note) -> JsonSchema | str:
    """Mend, and leave out what the meta-schema still refuses, one by one; or say why the schema cannot be used."""
    for _ in range(_MOST_REMOVALS):
        schema = mend_schema(schema, root, note)
        problem = schema_problem(schema)
        if problem is None:
            return schema
        path = problem.instance_path if isinstance(problem, ValidationError) else []
        if not _remove(schema, path):
            return f"{root}: {shown(str(problem).partition(chr(10))[0], 200)}"
        where = ".".join(str(step) for step in [root, *path[:-1]] if step != "properties")
        note("schema", where, f"{path[-1]} left out: not valid in JSON Schema")
    return f"{root}: not valid in more than {_MOST_REMOVALS} places"


def _mend_defaults(schema: Any, field: str, note: Note) -> None:
    if not isinstance(schema, dict):
        return
    for name, inner in (schema.get("properties") or {}).items():
        _mend_defaults(inner, f"{field}.{name}", note)
    _mend_defaults(schema.get("items"), f"{field}[]", note)
    for keyword in _SCHEMA_LISTS:
        for i, inner in enumerate(schema.get(keyword) or ()):
            _mend_defaults(inner, f"{field}.{keyword}[{i}]", note)
    mend_default(schema, field, note)


def _remove(schema: Any, path: list[str | int]) -> bool:
    """Delete what is at `path`. False where there is no such place."""
    try:
        for step in path[:-1]:
            schema = schema[step]
        del schema[path[-1]]
    except (LookupError, TypeError):
        return False
    return True


def _is_flat(parameters: dict[str, Any]) -> bool:
    """Whether this is `{"city": {"type": "string"}, ...}`: parameters by name, without the schema around them."""
    if isinstance(parameters.get("type", {}), (str, list)) or "properties" in parameters or "$ref" in parameters:
        return False
    if all(name in _KEYWORDS for name in parameters):
        return False
    return all(isinstance(inner, dict) and ("type" in inner or "description" in inner) for inner in parameters.values())


def _by_name(entries: list[Any]) -> dict[str, Any] | None:
    """`[{"name": "city", "type": "string"}, ...]` as `{"city": {"type": "string"}, ...}`; None for other lists."""
    named: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            return None
        named[entry["name"]] = {key: part for key, part in entry.items() if key != "name"}
    return named


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as_flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _told(schema: JsonSchema) -> str:
    declared = schema.get("type", "any value" if not schema else shown(schema))
    return " or ".join(declared) if isinstance(declared, list) else str(declared)
