"""An OpenAPI document from a file or a URL: JSON or YAML, gzipped or not; 3.0 and 3.1, and a clear word for others."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
import yaml

from toolace_mt.errors import InputError
from toolace_mt.tools.plain_yaml import FastLoader

_MOST_BYTES = 64 * 2**20
_SILENCE_S = 15.0
_LONGEST_S = 60.0
_CHUNK = 2**16
_DEEPEST = 200
_GZIP = b"\x1f\x8b"


def read_openapi(place: str) -> dict[str, Any]:
    """The document at a path, or at an http(s) URL. Keys of `paths` and all below are text, also in YAML.

    Nothing else is read: neither what the document refers to, nor its servers. Raises InputError naming the place and
    what to do, for Swagger 2.0 too.
    """
    is_url = place.lower().startswith(("http://", "https://"))
    data = _fetched(place) if is_url else _file(place)
    if data.startswith(_GZIP):
        data = _unzipped(data, place)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{place}: is not UTF-8 text") from None
    document = _json(text, place) if text.lstrip().startswith(("{", "[")) else _yaml(text, place)
    return _checked(document, place)


def _file(place: str) -> bytes:
    try:
        with Path(place).open("rb") as file:
            return _limited(file.read(_MOST_BYTES + 1), place)
    except FileNotFoundError:
        raise InputError(f"{place or 'openapi:'}: there is no such file; use openapi:PATH or openapi:URL") from None
    except IsADirectoryError:
        raise InputError(f"{place}: is a folder; name an OpenAPI document in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _fetched(url: str) -> bytes:
    accepted = "application/json, application/yaml, text/yaml;q=0.9, */*;q=0.5"
    deadline = time.monotonic() + _LONGEST_S
    found = bytearray()
    try:
        request = Request(url, headers={"User-Agent": "toolace-mt", "Accept": accepted})  # noqa: S310 (http or https)
        with urlopen(request, timeout=_SILENCE_S) as answer:  # noqa: S310
            while chunk := answer.read1(_CHUNK):
                found += chunk
                _limited(found, url)
                if time.monotonic() > deadline:
                    raise InputError(f"{url}: took longer than {_LONGEST_S:.0f} s; download it and give the file")
    except HTTPError as error:
        raise InputError(f"{url}: cannot be fetched: the server answered {error.code} {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise InputError(f"{url}: cannot be fetched: {reason}") from None
    return bytes(found)


def _unzipped(data: bytes, place: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _limited(file.read(_MOST_BYTES + 1), place)
    except (OSError, EOFError, zlib.error):
        raise InputError(f"{place}: is no whole gzip file; download it again") from None


def _limited(data: Any, place: str) -> Any:
    if len(data) > _MOST_BYTES:
        raise InputError(f"{place}: is larger than {_MOST_BYTES // 2**20} MiB; cut it to the paths that you need")
    return data


def _json(text: str, place: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{place}:{error.lineno}: is not valid JSON: {error.msg} (column {error.colno})") from None


def _yaml(text: str, place: str) -> Any:
    try:
        _refuse_deep(text, place)
        return _TextKeys(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{place}{line}: is not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{place}: cannot be read as YAML: {str(error).partition(chr(10))[0]}") from None


def _refuse_deep(text: str, place: str) -> None:
    """Libyaml's builder goes down by recursion in C and would take the process with it; its events do not."""
    depth = 0
    for event in yaml.parse(text, FastLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise InputError(f"{place}: is nested more than {_DEEPEST} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _TextKeys(FastLoader):
    """The keys of JSON: the status `200:` is "200"."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        return {key if isinstance(key, str) else _key(key): value for key, value in mapping.items()}


def _key(key: Any) -> str:
    return orjson.dumps(key).decode() if key is None or isinstance(key, (bool, int, float)) else str(key)


def _checked(document: Any, place: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise InputError(f"{place}: is no OpenAPI document: an object with openapi, info and paths is expected")
    if "swagger" in document:
        version = str(document["swagger"])[:20]
        raise InputError(
            f"{place}: is Swagger {version}; only OpenAPI 3.0 and 3.1 are read. Convert it first, with"
            " `npx swagger2openapi FILE -o openapi.json` or at https://converter.swagger.io, and give the result"
        )
    version = document.get("openapi")
    if not isinstance(version, (str, float, int)) or isinstance(version, bool):
        hint = "; a file of tools is given by its path alone, without openapi:" if "tools" in document else ""
        raise InputError(f"{place}: is no OpenAPI document: it has no field openapi (its version){hint}")
    if not str(version).startswith("3."):
        raise InputError(f"{place}: field openapi: version {str(version)[:20]} is not known; 3.0 and 3.1 are read")
    if not isinstance(document.get("paths"), dict):
        raise InputError(f"{place}: field paths: is missing or no object, so there are no operations to make tools of")
    return document
