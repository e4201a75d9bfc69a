"""The tables of a recording as Parquet files, whose columns are checked when they are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.parquet import read_table, write_table

from cortexnet.errors import RecordingError
from cortexnet.recording.tables import labelled

_POPULATION = pa.field("population", pa.dictionary(pa.int8(), pa.string()))
SPIKES = pa.schema([_POPULATION, ("neuron", pa.int32()), ("time_s", pa.float64())])
VOLTAGES = pa.schema([*SPIKES, ("voltage_mv", pa.float64())])


def bytes_at_most(table: pd.DataFrame) -> int:
    """Return the size of a table before compression."""
    return int(table.memory_usage(index=False).sum())


def write(table: pd.DataFrame, file: Path) -> None:
    """Write a table without pandas' own metadata: every reader of Parquet sees the same columns."""
    population = table["population"].cat
    codes = population.codes.to_numpy(np.int8)
    labels = pa.DictionaryArray.from_arrays(codes, pa.array(population.categories, pa.string()))
    rest = {name: table[name].to_numpy() for name in table.columns[1:]}
    write_table(pa.table({"population": labels, **rest}), file, compression="zstd")


def read(data: bytes, file: Path, schema: pa.Schema, names: Iterable[str]) -> pd.DataFrame:
    """Return the table that the content of a Parquet file holds.

    Parameters
    ----------
    data : bytes
        The content.
    file : Path
        Where it came from, for messages.
    schema : pyarrow.Schema
        The columns that it must have, `SPIKES` or `VOLTAGES`.
    names : iterable of str
        All populations, whether they occur or not.

    Raises
    ------
    RecordingError
        Where the content is no Parquet, has other columns, or names another population.
    """
    try:
        table = read_table(pa.BufferReader(data), use_threads=False).replace_schema_metadata(None)
    except (pa.ArrowException, OSError) as error:
        raise RecordingError(f"{file} is damaged: expected Parquet ({error})") from None
    if table.schema != schema:
        found = _shown(table.schema)
        raise RecordingError(f"{file} is damaged: expected columns {_shown(schema)}, found {found}")
    labels = table["population"].unify_dictionaries().combine_chunks()
    codes = {name: code for code, name in enumerate(names)}
    found_names = labels.dictionary.to_pylist()
    if not set(found_names) <= set(codes):
        raise RecordingError(f"{file} is damaged: expected populations {list(codes)}, found {found_names}")
    code_of_label = np.array([codes[name] for name in found_names], dtype=np.int8)
    columns = {name: np.require(table[name].to_numpy(), requirements="W") for name in schema.names[1:]}
    return labelled(code_of_label[labels.indices.to_numpy()], codes, columns)


def _shown(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name}: {field.type}" for field in schema)
