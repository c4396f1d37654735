"""Where tools come from, and which of them run."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from toolace_mt.config.base import Part

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_OURS_TO_SET = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})


class ToolsConfig(Part):
    """Where tools come from, and how many candidates a dialogue is shown (related ones, then distractors)."""

    sources: tuple[str, ...] = ("builtin",)
    candidates_min: int = Field(default=5, ge=1)
    candidates_max: int = Field(default=10, ge=1)
    distractors: int = Field(default=2, ge=0, description="unrelated tools among the candidates")
    exclude: tuple[str, ...] = Field(default=(), description="names of tools that are left out, of whatever source")
    knows: str | None = Field(
        default=None, description="JSON file of values for calls on outside servers, by parameter"
    )
    call_timeout: float = Field(default=30.0, gt=0, description="seconds for one call of an outside server")
    longest_output: int = Field(default=20_000, ge=100, description="characters of one answer of an outside server")
    mcp_execute: Literal["reads", "all"] = Field(
        default="all", description="tools of MCP servers that are really called: reads are those marked readOnlyHint"
    )
    openapi_execute: Literal["no", "reads", "all"] = Field(
        default="no", description="operations of openapi: sources that are really called: reads are GET and HEAD"
    )
    openapi_base_url: str | None = Field(default=None, description="where operations of openapi: sources are called")
    openapi_header_env: dict[str, str] = Field(
        default_factory=dict, description="HTTP header to the environment variable that holds its value"
    )
    execute: bool = Field(
        default=True, description="run the tools that can run; false: a model writes all results, as in the paper"
    )

    @field_validator("exclude", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, names: Any) -> Any:
        return (names,) if isinstance(names, str) else names

    @property
    def openapi_sources(self) -> tuple[str, ...]:
        """The distinct `openapi:` sources."""
        return tuple(dict.fromkeys(source for source in self.sources if source.startswith("openapi:")))

    @model_validator(mode="after")
    def _openapi_runs_where_told(self) -> ToolsConfig:
        if self.openapi_execute == "no" and self.openapi_base_url is not None:
            raise ValueError(
                "openapi_base_url is given, but nothing may be called there: add --openapi-execute reads or all"
            )
        if self.openapi_execute == "no":
            return self
        if self.openapi_base_url is None:
            raise ValueError("openapi_execute needs to be told where: --openapi-base-url URL")
        if len(self.openapi_sources) > 1:
            raise ValueError(
                f"openapi_execute: of {len(self.openapi_sources)} openapi: sources, which one is at"
                " --openapi-base-url? Give one, or do without execution"
            )
        return self

    @field_validator("openapi_base_url")
    @classmethod
    def _is_plain_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.strip())
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError(f"is no address ({error})") from None
        if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url.strip()):
            raise ValueError("write it like https://api.example.org/v1")
        if parts.username is not None or parts.password is not None:
            raise ValueError(
                "give no user or password in it: put the header's value into an environment variable,"
                " --set tools.openapi_header_env.Authorization=VARIABLE"
            )
        if "?" in url or "#" in url:
            raise ValueError("give it without ? and #")
        return url.strip().rstrip("/")

    @field_validator("openapi_header_env")
    @classmethod
    def _are_headers(cls, header_env: dict[str, str]) -> dict[str, str]:
        for header in header_env:
            if not _HEADER.fullmatch(header) or header.lower() in _NOT_OURS_TO_SET:
                raise ValueError(f"{header!r} is no HTTP header that can be set")
        return header_env
