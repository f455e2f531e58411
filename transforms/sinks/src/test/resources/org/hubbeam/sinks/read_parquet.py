"""Prints the schema and rows of Parquet files, in the order of their ids: read_parquet.py OUT FILE..."""
import json
import sys

import pyarrow
import pyarrow.parquet

table = pyarrow.concat_tables(pyarrow.parquet.read_table(file) for file in sys.argv[2:])
with open(sys.argv[1], "w", encoding="utf-8") as out:
    for field in table.schema:
        print(field.name, field.type, file=out)
    for row in sorted(table.to_pylist(), key=lambda row: row["id"]):
        print(json.dumps(row, ensure_ascii=False), file=out)
