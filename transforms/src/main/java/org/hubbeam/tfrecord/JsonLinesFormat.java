package org.hubbeam.tfrecord;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;

/** Lines that are JSON objects each, see {@link BatchSource#jsonl}: columns are ragged. */
final class JsonLinesFormat extends LineFormat {

  private final LinkedHashMap<String, DType> types;

  JsonLinesFormat(Map<String, DType> types) {
    this.types = new LinkedHashMap<>(types);
  }

  @Override
  public java.util.List<String> columns() {
    return java.util.List.copyOf(types.keySet());
  }

  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  Lines lines(BatchBuilder builder) {
    Map<String, ColumnBuilder> columns = new LinkedHashMap<>();
    types.forEach((name, dtype) -> columns.put(name, builder.ragged(name, dtype)));
    return new JsonRow(columns);
  }
}
