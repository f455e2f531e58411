package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Beam rows: they leave with all their fields and the vector behind them.
 *
 * @param fields what is embedded
 * @param output the schema of the rows that leave
 */
record RowElements(Set<String> fields, Schema output) implements Elements<Row, Row> {

  static RowElements of(Schema schema, Set<String> fields, String vector) {
    if (schema.hasField(vector)) {
      throw new IllegalArgumentException(
          "the rows have a field '" + vector + "' already: keep the output under another name");
    }
    Schema output =
        Schema.builder()
            .addFields(schema.getFields())
            .addArrayField(vector, Schema.FieldType.FLOAT)
            .build();
    return new RowElements(fields, output);
  }

  @Override
  public Map<String, Object> values(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String field : fields) {
      values.put(field, row.getValue(field));
    }
    return values;
  }

  @Override
  public Row with(Row row, float[] vector) {
    return Row.withSchema(output).addValues(row.getValues()).addValue(list(vector)).build();
  }

  private static List<Float> list(float[] vector) {
    List<Float> floats = new ArrayList<>(vector.length);
    for (float value : vector) {
      floats.add(value);
    }
    return floats;
  }

  @Override
  public float[] vector(Row embedded) {
    Collection<Float> floats = embedded.getArray(output.getFieldCount() - 1);
    float[] vector = new float[floats.size()];
    int at = 0;
    for (float value : floats) {
      vector[at++] = value;
    }
    return vector;
  }

  @Override
  public Row replaced(Row embedded, float[] vector) {
    List<Object> values = new ArrayList<>(embedded.getValues());
    values.set(output.getFieldCount() - 1, list(vector));
    return Row.withSchema(output).addValues(values).build();
  }

  @Override
  public String id(Row row) {
    return row.toString();
  }
}
