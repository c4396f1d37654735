"""`$ref` within one OpenAPI document, followed when asked for: nothing is expanded in advance, nothing is fetched."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from toolace_mt.schema.validate import shown

_LONGEST_CHAIN = 20


class Unusable(Exception):
    """Why a part of the document cannot be used; the operation that needs it is refused with this reason."""


class References:
    """The document, as what references point into."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def target(self, reference: str) -> Any:
        """What one reference (a JSON pointer such as `#/components/schemas/Pet`) points to. Raises Unusable."""
        if not reference.startswith("#"):
            raise Unusable(f"$ref {shown(reference)} is in another document; bundle them into one file first")
        found: Any = self._document
        for part in reference[1:].lstrip("/").split("/") if reference.strip("#/") else ():
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise Unusable(f"$ref {shown(reference)} leads nowhere")
        return found

    def followed(self, node: Any, what: str) -> dict[str, Any]:
        """An object that may be given by reference: a parameter, a body, a response, ... Raises Unusable."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(node, dict):
                raise Unusable(f"{what} is no object")
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            node = self.target(reference)
        raise Unusable(f"{what}: $ref goes round in a circle")
