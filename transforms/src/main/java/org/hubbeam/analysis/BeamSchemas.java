package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/** Beam's schemas of rows as schemas of batches. */
public final class BeamSchemas {

  private BeamSchemas() {}

  /**
   * The columns of rows: STRING and BYTES are strings; BYTE, INT16, INT32, INT64 and BOOLEAN int64;
   * FLOAT and DOUBLE float32. A field that can be null, and one of an ARRAY or ITERABLE of these,
   * is a column of lists.
   *
   * @throws IllegalArgumentException for a field of another type, naming it
   */
  public static BatchSchema of(Schema schema) {
    List<ArraySpec> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      Schema.FieldType type = field.getType();
      boolean many = type.getTypeName().isCollectionType();
      DType dtype = dtype(field.getName(), many ? type.getCollectionElementType() : type);
      boolean lists = many || Boolean.TRUE.equals(type.getNullable());
      columns.add(
          lists
              ? new ArraySpec(field.getName(), dtype, Shape.of(-1, -1), Layout.RAGGED)
              : new ArraySpec(field.getName(), dtype, Shape.of(-1), Layout.DENSE));
    }
    return new BatchSchema(columns);
  }

  private static DType dtype(String name, Schema.FieldType type) {
    return switch (type.getTypeName()) {
      case STRING, BYTES -> DType.STRING;
      case BYTE, INT16, INT32, INT64, BOOLEAN -> DType.INT64;
      case FLOAT, DOUBLE -> DType.FLOAT32;
      default ->
          throw new IllegalArgumentException(
              "the field '"
                  + name
                  + "' is "
                  + type.getTypeName()
                  + "; allowed are strings, bytes, integers, floats and booleans, and lists of them");
    };
  }
}
