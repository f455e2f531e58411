// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.RandomAccess;
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
    return row(row, row.getFieldCount(), vector);
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
    return row(embedded, embedded.getFieldCount() - 1, vector);
  }

  /** The first fields, which are of these types already, and the vector. */
  private Row row(Row given, int fields, float[] vector) {
    Object[] values = new Object[fields + 1];
    for (int i = 0; i < fields; i++) {
      values[i] = given.getValue(i);
    }
    values[fields] = new FloatList(vector);
    return Row.withSchema(output).attachValues(values);
  }

  /** A vector as the list that a row wants; floats are boxed when they are asked for. */
  private static final class FloatList extends AbstractList<Float>
      implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1;

    private final float[] vector;

    FloatList(float[] vector) {
      this.vector = vector;
    }

    @Override
    public Float get(int index) {
      return vector[index];
    }

    @Override
    public int size() {
      return vector.length;
    }
  }

  @Override
  public String id(Row row) {
    return row.toString();
  }
}
