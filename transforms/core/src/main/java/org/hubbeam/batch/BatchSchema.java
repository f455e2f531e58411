// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The columns of a dataset, as {@code tf.Example} can represent them: strings, float32 or int64.
 * Its text form is TensorFlow Metadata's {@code schema.pbtxt}:
 *
 * <ul>
 *   <li>a dense column is a feature with a shape that is always present ({@code FixedLenFeature});
 *   <li>a column of plain lists is a feature without a shape ({@code VarLenFeature});
 *   <li>deeper ragged columns are ragged tensors over {@code NAME$ragged_values} and {@code
 *       NAME$row_lengths_1} and so on ({@code RaggedFeature});
 *   <li>sparse columns are sparse features over {@code NAME$sparse_values} and {@code
 *       NAME$sparse_indices_0} and so on ({@code SparseFeature}).
 * </ul>
 *
 * <p>Beside them it may have what is known of the values: ranges of integers ({@code int_domain}),
 * the notes of tf.Transform about buckets and vocabularies, and, for {@link PackedValues} of 64
 * numbers, the tag {@code packed:int8:64}.
 *
 * @param columns in the order of the files; the shapes begin with the row dimension, which is -1
 * @param domains by column; columns of which nothing is known have none
 * @param vocabularies those that were computed for the columns
 */
public record BatchSchema(
    List<ArraySpec> columns,
    Map<String, ColumnDomain> domains,
    List<VocabularyMetadata> vocabularies)
    implements Serializable {

  public BatchSchema {
    columns = List.copyOf(columns);
    vocabularies = List.copyOf(vocabularies);
    Map<String, ColumnDomain> known = new LinkedHashMap<>(domains);
    known.values().removeIf(ColumnDomain.UNKNOWN::equals);
    domains = Collections.unmodifiableMap(known);
    Set<String> names = new LinkedHashSet<>();
    for (ArraySpec column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("two columns have the name '" + column.name() + "'");
      }
      if (!column.shape().hasRank() || column.shape().rank() == 0) {
        throw new IllegalArgumentException("the column " + column + " has no rows");
      }
      ColumnDomain domain = known.get(column.name());
      if (domain != null && domain.range() != null && column.dtype() != DType.INT64) {
        throw new IllegalArgumentException(
            "the column " + column + " has a range of integers; only int64 columns have one");
      }
      if (domain != null && domain.packed() != null && column.dtype() != DType.STRING) {
        throw new IllegalArgumentException(
            "the column " + column + " has packed numbers; only string columns have them");
      }
    }
    if (!names.containsAll(known.keySet())) {
      throw new IllegalArgumentException(
          "there are domains of " + known.keySet() + "; the columns are " + names);
    }
  }

  /** Columns with unknown domains. */
  public BatchSchema(List<ArraySpec> columns) {
    this(columns, Map.of(), List.of());
  }

  /** Sets the domain of a column. */
  public BatchSchema withDomain(String column, ColumnDomain domain) {
    Map<String, ColumnDomain> more = new LinkedHashMap<>(domains);
    more.put(column(column).name(), domain);
    return new BatchSchema(columns, more, vocabularies);
  }

  /** Replaces the vocabularies. */
  public BatchSchema withVocabularies(List<VocabularyMetadata> value) {
    return new BatchSchema(columns, domains, value);
  }

  /** The domain of a column; {@link ColumnDomain#UNKNOWN} if unknown. */
  public ColumnDomain domain(String column) {
    return domains.getOrDefault(column(column).name(), ColumnDomain.UNKNOWN);
  }

  /** The schema of a batch in a file: integers and bool are int64, floats are float32. */
  public static BatchSchema of(Batch batch) {
    List<ArraySpec> columns = new ArrayList<>();
    batch
        .columns()
        .forEach(
            (name, array) -> {
              List<Long> dims = new ArrayList<>(array.dims());
              dims.set(0, -1L);
              boolean list = array.layout() == Layout.SPARSE && dims.size() == 1;
              columns.add(
                  new ArraySpec(
                      name,
                      stored(name, array.dtype()),
                      list ? Shape.of(-1, -1) : new Shape(dims),
                      list ? Layout.RAGGED : array.layout()));
            });
    return new BatchSchema(columns);
  }

  /**
   * The schema of a batch in a file with some columns packed.
   *
   * @throws IllegalArgumentException when they cannot be packed
   */
  public static BatchSchema packed(Batch batch, Collection<String> columns) {
    BatchSchema schema = of(PackedValues.pack(batch, columns));
    for (String name : columns) {
      PackedValues packed = PackedValues.of(name, batch.column(name));
      schema = schema.withDomain(name, ColumnDomain.UNKNOWN.withPacked(packed));
    }
    return schema;
  }

  private static DType stored(String name, DType dtype) {
    if (dtype.isComplex()) {
      throw new IllegalArgumentException(
          "column '" + name + "' is " + dtype + ", which tf.Example has not");
    }
    if (dtype == DType.STRING) {
      return DType.STRING;
    }
    return dtype.isFloating() ? DType.FLOAT32 : DType.INT64;
  }

  /**
   * Reads a {@code schema.pbtxt}; everything but shapes, dtypes, ranges of integers and annotations
   * of tf.Transform is ignored.
   *
   * @throws IllegalArgumentException when it is no such text, or has a shape that no column can
   *     have
   */
  public static BatchSchema parse(String text) {
    return SchemaText.parse(text);
  }

  /** This schema as {@code schema.pbtxt}. */
  public String toText() {
    return SchemaText.print(this);
  }

  /**
   * The features of {@code tf.Example} that the columns are written as, with their types, in the
   * order of the columns.
   *
   * @throws IllegalArgumentException when the schema has a type or shape that {@code tf.Example}
   *     has not, or two columns use one feature
   */
  public Map<String, DType> features() {
    return SchemaColumns.ofExamples(this).features();
  }

  /**
   * The columns that are lists of lists, with their types. In {@code tf.SequenceExample} they are
   * feature lists, in JSON lists of lists; {@code tf.Example} has {@link #features} instead.
   */
  public Map<String, DType> featureLists() {
    return new SchemaColumns(this).featureLists();
  }

  /**
   * The rows of a batch that fit this schema, as its columns. A column is taken as it would be
   * after it was written as {@code tf.Example} and read again: lists with the right number of
   * values are dense rows, a column that is not there has no values. A value of another type is
   * converted where {@link Conversion} allows it: narrower integers and bool are int64, floats are
   * float32. Columns that the schema does not have are left out.
   *
   * @param failures takes a failure for each row that does not fit: its id, the first column that
   *     does not, and what was expected and found
   * @return the other rows, in their order; may have none
   * @throws IllegalArgumentException when the schema has a shape that {@code tf.Example} has not,
   *     or a sparse column's values are not in the order of the rows
   */
  public Batch fit(Batch batch, Consumer<Failure> failures) {
    return new SchemaFit(this, batch).fit(failures);
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException naming the columns there are, when there is none of this name
   */
  public ArraySpec column(String name) {
    for (ArraySpec column : columns) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw new IllegalArgumentException(
        "there is no column '"
            + name
            + "'; there are "
            + columns.stream().map(ArraySpec::name).toList());
  }

  /**
   * A schema for the rows of both: columns that are missing in one, or whose shapes differ, become
   * lists. Ranges are extended; bucket boundaries are kept if they are equal.
   *
   * @throws IllegalArgumentException when a column has two types, or two layouts that have no
   *     common one
   */
  public BatchSchema merge(BatchSchema other) {
    Map<String, ArraySpec> merged = new LinkedHashMap<>();
    for (ArraySpec column : columns) {
      merged.put(column.name(), column);
    }
    Set<String> missing = new LinkedHashSet<>(merged.keySet());
    for (ArraySpec theirs : other.columns) {
      missing.remove(theirs.name());
      ArraySpec ours = merged.get(theirs.name());
      merged.put(theirs.name(), ours == null ? list(theirs) : merge(ours, theirs));
    }
    for (String name : missing) {
      merged.computeIfPresent(name, (key, ours) -> list(ours));
    }
    Map<String, ColumnDomain> known = new LinkedHashMap<>();
    merged.keySet().forEach(name -> known.put(name, mergedDomain(name, other)));
    Set<VocabularyMetadata> all = new LinkedHashSet<>(vocabularies);
    all.addAll(other.vocabularies);
    return new BatchSchema(List.copyOf(merged.values()), known, List.copyOf(all));
  }

  private ColumnDomain mergedDomain(String name, BatchSchema other) {
    boolean ours = columns.stream().anyMatch(c -> c.name().equals(name));
    boolean theirs = other.columns.stream().anyMatch(c -> c.name().equals(name));
    if (ours && theirs) {
      return domain(name).merge(other.domain(name));
    }
    return ours ? domain(name) : other.domain(name);
  }

  private static ArraySpec merge(ArraySpec one, ArraySpec two) {
    if (one.equals(two)) {
      return one;
    }
    if (one.dtype() == two.dtype()
        && one.layout() == Layout.SPARSE
        && two.layout() == Layout.SPARSE
        && one.shape().rank() == two.shape().rank()) {
      List<Long> dims = new ArrayList<>();
      for (int i = 0; i < one.shape().rank(); i++) {
        dims.add(Math.max(one.shape().dim(i), two.shape().dim(i)));
      }
      return new ArraySpec(one.name(), one.dtype(), new Shape(dims), Layout.SPARSE);
    }
    ArraySpec list = list(one);
    if (!list.equals(list(two)) || !list.shape().equals(Shape.of(-1, -1))) {
      throw new IllegalArgumentException("a column is both " + one + " and " + two);
    }
    return list;
  }

  /** A dense column whose features some rows may lack is read back as plain lists. */
  private static ArraySpec list(ArraySpec column) {
    return column.layout() == Layout.DENSE
        ? new ArraySpec(column.name(), column.dtype(), Shape.of(-1, -1), Layout.RAGGED)
        : column;
  }
}
