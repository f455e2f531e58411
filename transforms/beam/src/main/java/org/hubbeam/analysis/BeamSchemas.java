// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/** Converts between schemas of Beam rows and schemas of batches. */
public final class BeamSchemas {

  private BeamSchemas() {}

  /**
   * The columns of Beam rows. STRING and BYTES become string; BYTE, INT16, INT32, INT64 and BOOLEAN
   * become int64; FLOAT and DOUBLE become float32. An ARRAY or ITERABLE of these types becomes a
   * column of lists, a list of lists a ragged column. A field has one value a row, whether it is
   * nullable or not: a null is a failure of its row, unless {@link #missing} makes it a missing
   * value.
   *
   * @throws IllegalArgumentException when a field has another type
   */
  public static BatchSchema of(Schema schema) {
    List<ArraySpec> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      String name = field.getName();
      Schema.FieldType type = field.getType();
      DType dtype = dtype(name, element(type));
      columns.add(
          switch (depth(type)) {
            case 0 -> new ArraySpec(name, dtype, Shape.of(-1), Layout.DENSE);
            case 1 -> new ArraySpec(name, dtype, Shape.of(-1, -1), Layout.RAGGED);
            case 2 -> new ArraySpec(name, dtype, Shape.of(-1, -1, -1), Layout.RAGGED);
            default -> throw refused(name, type.getTypeName() + " in more than two levels");
          });
    }
    return new BatchSchema(columns);
  }

  /**
   * The same columns, of which some may have no value in a row: they are lists of one value or
   * none, as {@code fill_missing} and sparse operations take them. For {@link
   * RowsToBatches#of(BatchSchema)}.
   *
   * @throws IllegalArgumentException when there is no such column, or it has more than one value a
   *     row
   */
  public static BatchSchema missing(BatchSchema columns, String... names) {
    Set<String> missing = new LinkedHashSet<>();
    for (String name : names) {
      ArraySpec column = columns.column(name);
      if (column.layout() == Layout.DENSE && column.shape().rank() > 1) {
        throw new IllegalArgumentException(
            "the column " + column + " has more than one value a row, and cannot be missing");
      }
      missing.add(name);
    }
    List<ArraySpec> specs = new ArrayList<>();
    for (ArraySpec column : columns.columns()) {
      specs.add(
          missing.contains(column.name()) && column.layout() == Layout.DENSE
              ? new ArraySpec(column.name(), column.dtype(), Shape.of(-1, -1), Layout.RAGGED)
              : column);
    }
    return new BatchSchema(specs, columns.domains(), columns.vocabularies());
  }

  /** How many lists are around the values of a field. */
  static int depth(Schema.FieldType type) {
    return type.getTypeName().isCollectionType() ? 1 + depth(type.getCollectionElementType()) : 0;
  }

  /** The type of the values of a field. */
  static Schema.FieldType element(Schema.FieldType type) {
    return type.getTypeName().isCollectionType() ? element(type.getCollectionElementType()) : type;
  }

  private static DType dtype(String name, Schema.FieldType type) {
    return switch (type.getTypeName()) {
      case STRING, BYTES -> DType.STRING;
      case BYTE, INT16, INT32, INT64, BOOLEAN -> DType.INT64;
      case FLOAT, DOUBLE -> DType.FLOAT32;
      case LOGICAL_TYPE ->
          throw refused(name, "the logical type " + type.getLogicalType().getIdentifier());
      default -> throw refused(name, type.getTypeName().toString());
    };
  }

  private static IllegalArgumentException refused(String name, String found) {
    return new IllegalArgumentException(
        "the field '"
            + name
            + "' is "
            + found
            + "; allowed are strings, bytes, integers, floats and booleans, and lists of them");
  }

  /**
   * The Beam fields of columns. string becomes STRING, float64 DOUBLE, other floating point types
   * FLOAT, bool BOOLEAN, and integers INT64. Each dimension after the rows becomes an ARRAY.
   *
   * @throws IllegalArgumentException when a column cannot be stored in a field
   */
  public static Schema of(BatchSchema columns) {
    Schema.Builder schema = Schema.builder();
    for (ArraySpec column : columns.columns()) {
      if (!column.shape().hasRank()
          || (column.layout() == Layout.SPARSE
              && (column.shape().rank() != 2 || column.shape().row().isFull()))) {
        throw new IllegalArgumentException(
            "the column " + column + " has no place in a row: allowed are dense columns and lists");
      }
      Schema.FieldType type = type(column);
      for (int d = 1; d < column.shape().rank(); d++) {
        type = Schema.FieldType.array(type);
      }
      schema.addField(column.name(), type);
    }
    return schema.build();
  }

  private static Schema.FieldType type(ArraySpec column) {
    return switch (column.dtype()) {
      case STRING -> Schema.FieldType.STRING;
      case FLOAT64 -> Schema.FieldType.DOUBLE;
      case FLOAT32, FLOAT16, BFLOAT16 -> Schema.FieldType.FLOAT;
      case BOOL -> Schema.FieldType.BOOLEAN;
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Schema.FieldType.INT64;
      default ->
          throw new IllegalArgumentException("the column " + column + " has no type of Beam's");
    };
  }
}
