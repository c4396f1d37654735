"""What an HTTP server answered, as the text that the assistant sees."""

from __future__ import annotations

import codecs
import re

import aiohttp
import orjson

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.outputs import failed

_NO_ANSWER_IN_TIME = frozenset({502, 504})
_JSON = re.compile(r"(application|text)/([\w.+-]+\+)?json", re.IGNORECASE)
_TEXT = re.compile(
    r"text/.*|application/([\w.+-]+\+)?(xml|yaml)|application/(x-yaml|javascript|graphql|x-ndjson|jsonl)"
    r"|application/x-www-form-urlencoded",
    re.IGNORECASE,
)


async def read_answer(response: aiohttp.ClientResponse, most: int) -> ToolOutput:
    """Compact JSON, other text as it is, `[TYPE, N bytes]` for what is neither; `{"status": ...}` where there is nothing.

    A status from 400 on is an error, `{"status": 404, "body": ...}`, and so is a text of more than `most` bytes: no more than
    that is read. Such a text is uncertain where the status is none of an error, and so is what a gateway says that got no
    answer itself.
    """
    is_error = response.status >= 400
    content = await _content(response, most)
    if content is None:
        told = f"The answer is larger than {most:,} bytes; ask for less at once."
        return _refused(response.status, told) if is_error else failed(told, uncertain=True)
    if is_error:
        return _refused(response.status, _value(content))
    return ToolOutput(content or orjson.dumps({"status": response.status}).decode(), False)


def _refused(status: int, body: object) -> ToolOutput:
    return ToolOutput(orjson.dumps({"status": status, "body": body}).decode(), True, status in _NO_ANSWER_IN_TIME)


def _value(content: str) -> object:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content


async def _content(response: aiohttp.ClientResponse, most: int) -> str | None:
    """None for a text that is larger than `most` bytes."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    is_text = not kind or _JSON.fullmatch(kind) is not None or _TEXT.fullmatch(kind) is not None
    announced = response.content_length
    if is_text and announced is not None and announced > most:
        return None
    data = b"" if announced is not None and announced > most else await _read(response, most + 1)
    if is_text:
        return None if len(data) > most else _text(data.removeprefix(codecs.BOM_UTF8), response.charset or "utf-8")
    size = (
        f"{announced:,}" if announced is not None else f"{len(data):,}" if len(data) <= most else f"more than {most:,}"
    )
    return f"[{kind}, {size} bytes]" if size != "0" else ""


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) >= most:
            break
    return bytes(found[:most])


def _text(data: bytes, encoding: str) -> str:
    """As compact JSON where it is JSON, whatever the server calls it."""
    try:
        return orjson.dumps(orjson.loads(data)).decode() if data.strip() else ""
    except orjson.JSONDecodeError:
        return data.decode(_known(encoding), "replace").encode("utf-8", "replace").decode()


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "utf-8"
