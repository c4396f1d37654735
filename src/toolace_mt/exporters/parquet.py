"""`parquet`: the rows of `messages` as a Parquet file.

`messages`, `tools` and `metadata` are JSON strings, so that every row has the same schema. Other fields of a row stand in
`metadata`, under `fields`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from toolace_mt.dialogue.turns import json_text
from toolace_mt.errors import InputError
from toolace_mt.exporters.writing import Row

_COLUMNS = ("messages", "tools", "metadata")
_GROUP = 1000


def write_parquet(rows: Iterable[Row], file: BinaryIO) -> None:
    """Write rows of `messages`, 1,000 to a row group. Raises InputError where pyarrow is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet as pq
    except ImportError:
        raise InputError("the format parquet needs pyarrow: pip install 'toolace-mt[parquet]'") from None
    schema = pa.schema([(name, pa.string()) for name in ("id", *_COLUMNS)])
    remaining = iter(rows)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := [_columns(row) for row in islice(remaining, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _columns(row: Row) -> dict[str, str]:
    others = {name: value for name, value in row.items() if name != "id" and name not in _COLUMNS}
    if others:
        row = {**row, "metadata": {**row["metadata"], "fields": others}}
    return {"id": row["id"], **{name: json_text(row[name]) for name in _COLUMNS}}
