"""Answers from recorded completions, found by operation and messages: for tests, and for reading what a model wrote."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from toolace_mt.engines.base import Completion, Message, Request
from toolace_mt.errors import InputError, ProviderError


class _RecordedMessage(BaseModel):
    role: str
    content: str


class _RecordedRequest(BaseModel):
    operation: str
    messages: tuple[_RecordedMessage, ...]


class _Recording(BaseModel):
    model_config = ConfigDict(extra="forbid")

    request: _RecordedRequest
    completion: Completion


class RecordedEngine:
    """An engine that knows the answers in a folder of `*.json` files, each `{"request": {...}, "completion": {...}}`.

    Of a request the operation and messages count; other fields are there for the reader.
    """

    def __init__(self, folder: Path) -> None:
        """Raises InputError naming the file that cannot be used."""
        self._folder = folder
        self._answers: dict[str, tuple[Path, Completion]] = {}
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
        except OSError as error:
            raise InputError(f"{folder}: cannot be read ({error.strerror or error})") from None
        for file in files:
            self._add(file)

    def _add(self, file: Path) -> None:
        try:
            recording = _Recording.model_validate_json(file.read_bytes())
        except OSError as error:
            raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise InputError(f"{file}: is no recorded completion: {field or 'the file'}: {problem['msg']}") from None
        request = recording.request
        digest = _digest(request.operation, [(m.role, m.content) for m in request.messages])
        if digest in self._answers:
            raise InputError(f"{file}: records the same request as {self._answers[digest][0].name}")
        self._answers[digest] = (file, recording.completion)

    async def complete(self, request: Request) -> Completion:
        """The recorded answer. Raises ProviderError (refused) where there is none."""
        answer = self._answers.get(_digest_of(request))
        if answer is None:
            raise ProviderError(
                f"{self._folder}: no answer is recorded for {request.operation} (dialogue {request.key.dialogue_id},"
                f" step {request.key.step}, attempt {request.key.attempt})",
                kind="refused",
            )
        return answer[1]


def record(folder: Path, request: Request, completion: Completion) -> Path:
    """Write one recording into `folder` (made where missing), named after the operation and the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    body: dict[str, Any] = {
        "request": {"operation": request.operation, "messages": [_as_dict(m) for m in request.messages]},
        "completion": completion.model_dump(),
    }
    file = folder / f"{request.operation}-{_digest_of(request)[:12]}.json"
    file.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return file


def _as_dict(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _digest_of(request: Request) -> str:
    return _digest(request.operation, [(m.role, m.content) for m in request.messages])


def _digest(operation: str, messages: list[tuple[str, str]]) -> str:
    return hashlib.blake2b(orjson.dumps([operation, messages]), digest_size=16).hexdigest()
