// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the features of decoded records together as the columns of a schema; rows that do not fit
 * come out as failures.
 */
final class SchemaColumns {

  private final List<Part> parts;

  /** For columns of any types. */
  SchemaColumns(BatchSchema schema) {
    parts = schema.columns().stream().map(SchemaColumns::part).toList();
  }

  /**
   * For columns of types that {@code tf.Example} has.
   *
   * @throws IllegalArgumentException for another type
   */
  static SchemaColumns ofExamples(BatchSchema schema) {
    for (ArraySpec spec : schema.columns()) {
      if (spec.dtype() != DType.STRING
          && spec.dtype() != DType.FLOAT32
          && spec.dtype() != DType.INT64) {
        throw new IllegalArgumentException(
            "the column " + spec + " has a type that tf.Example has not");
      }
    }
    return new SchemaColumns(schema);
  }

  private static Part part(ArraySpec spec) {
    return switch (spec.layout()) {
      case DENSE -> new DensePart(spec);
      case RAGGED -> new RaggedPart(spec);
      case SPARSE -> new SparsePart(spec);
    };
  }

  /** The features to decode, with their types. */
  Map<String, DType> features() {
    Map<String, DType> features = new LinkedHashMap<>();
    for (Part part : parts) {
      part.features()
          .forEach(
              (name, dtype) -> {
                if (features.put(name, dtype) != null) {
                  throw new IllegalArgumentException("two columns use the feature '" + name + "'");
                }
              });
    }
    return features;
  }

  /** The feature lists of {@code tf.SequenceExample} that are columns, too, with their types. */
  Map<String, DType> featureLists() {
    Map<String, DType> lists = new LinkedHashMap<>();
    for (Part part : parts) {
      if (part instanceof RaggedPart ragged && ragged.isOfLists()) {
        lists.put(part.spec().name(), part.spec().dtype());
      }
    }
    return lists;
  }

  /**
   * The columns of the schema.
   *
   * @param raw has each of {@link #features} as plain lists, and may have {@link #featureLists}
   */
  Batch assemble(Batch raw, Consumer<Failure> failures) {
    return assemble(raw, new Faults(Map.of(), Map.of()), failures);
  }

  /**
   * What is known to be wrong with rows.
   *
   * @param columns by column, why no row can have it
   * @param rows by column and row
   */
  record Faults(Map<String, String> columns, Map<String, Map<Integer, String>> rows) {}

  /** The same, where something is known to be wrong. */
  Batch assemble(Batch raw, Faults faults, Consumer<Failure> failures) {
    boolean[] bad = new boolean[raw.rows()];
    for (Part part : parts) {
      String name = part.spec().name();
      String whole = faults.columns.get(name);
      Map<Integer, String> known = faults.rows.getOrDefault(name, Map.of());
      if (whole == null && known.isEmpty() && part.fits(raw)) {
        continue;
      }
      IntFunction<@Nullable String> each = part.faults(raw);
      for (int row = 0; row < raw.rows(); row++) {
        String fault = bad[row] ? null : whole != null ? whole : known.get(row);
        fault = bad[row] || fault != null ? fault : each.apply(row);
        if (fault != null) {
          bad[row] = true;
          failures.accept(Failure.reading(raw.origin().id(row), name, fault));
        }
      }
    }
    int[] good = IntStream.range(0, bad.length).filter(row -> !bad[row]).toArray();
    Batch fit = good.length == bad.length ? raw : raw.select(good);
    Map<String, Array> columns = new LinkedHashMap<>();
    parts.forEach(part -> columns.put(part.spec().name(), part.assemble(fit)));
    return new Batch(fit.rows(), columns, fit.origin());
  }

  private static int[] bounds(Batch raw, String feature) {
    return ((Array.Ragged) raw.column(feature)).rowSplits().get(0);
  }

  private static Values.Numbers numbers(Batch raw, String feature) {
    return (Values.Numbers) raw.column(feature).values();
  }

  private static int count(Batch raw, String feature, int row) {
    int[] bounds = bounds(raw, feature);
    return bounds[row + 1] - bounds[row];
  }

  /** One column of the schema. */
  private interface Part {
    ArraySpec spec();

    Map<String, DType> features();

    /** Why a row cannot have this column, or null. */
    IntFunction<@Nullable String> faults(Batch raw);

    /** Whether all rows can have it, where that is seen at once; false: {@link #faults} tells. */
    default boolean fits(Batch raw) {
      return false;
    }

    Array assemble(Batch raw);
  }

  private record DensePart(ArraySpec spec, int width) implements Part {
    DensePart(ArraySpec spec) {
      this(spec, Math.toIntExact(product(spec.shape().row().dims())));
    }

    @Override
    public Map<String, DType> features() {
      return Map.of(spec.name(), spec.dtype());
    }

    @Override
    public IntFunction<@Nullable String> faults(Batch raw) {
      int[] bounds = bounds(raw, spec.name());
      return row -> {
        int count = bounds[row + 1] - bounds[row];
        return count == width
            ? null
            : "expected " + width + (width == 1 ? " value" : " values") + ", found " + count;
      };
    }

    @Override
    public boolean fits(Batch raw) {
      int[] bounds = bounds(raw, spec.name());
      for (int row = 0; row < raw.rows(); row++) {
        if (bounds[row + 1] - bounds[row] != width) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Array assemble(Batch raw) {
      List<Long> dims = new ArrayList<>(spec.shape().dims());
      dims.set(0, (long) raw.rows());
      return new Array.Dense(dims, raw.column(spec.name()).values());
    }
  }

  private static long product(List<Long> dims) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("a dimension of " + new Shape(dims) + " is not fixed");
      }
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }

  /**
   * A ragged shape taken apart.
   *
   * @param levels the number of ragged dimensions
   * @param inner the fixed dimensions inside them
   */
  record RaggedShape(int levels, List<Long> inner) {
    static RaggedShape of(ArraySpec spec) {
      List<Long> row = spec.shape().row().dims();
      int levels = 0;
      while (levels < row.size() && row.get(levels) < 0) {
        levels++;
      }
      List<Long> inner = row.subList(levels, row.size());
      if (levels == 0 || product(inner) == 0) {
        throw new IllegalArgumentException("the column " + spec + " has no ragged shape");
      }
      return new RaggedShape(levels, inner);
    }
  }

  private record RaggedPart(ArraySpec spec, RaggedShape shape, String values, int width)
      implements Part {
    RaggedPart(ArraySpec spec) {
      this(spec, RaggedShape.of(spec));
    }

    private RaggedPart(ArraySpec spec, RaggedShape shape) {
      this(
          spec,
          shape,
          shape.levels() == 1 && shape.inner().isEmpty()
              ? spec.name()
              : ColumnNames.raggedValues(spec.name()),
          Math.toIntExact(product(shape.inner())));
    }

    private String lengths(int level) {
      return ColumnNames.rowLengths(spec.name(), level);
    }

    @Override
    public Map<String, DType> features() {
      Map<String, DType> features = new LinkedHashMap<>();
      features.put(values, spec.dtype());
      for (int level = 1; level < shape.levels(); level++) {
        features.put(lengths(level), DType.INT64);
      }
      return features;
    }

    @Override
    public IntFunction<@Nullable String> faults(Batch raw) {
      return row -> fault(raw, row);
    }

    /** Lists of lists of single values. */
    boolean isOfLists() {
      return shape.levels() == 2 && shape.inner().isEmpty();
    }

    /** The column as a feature list; null where no row has a list of it. */
    private Array.@Nullable Ragged featureList(Batch raw) {
      return isOfLists()
              && raw.columns().get(spec.name()) instanceof Array.Ragged lists
              && lists.rowSplits().size() == 2
              && lists.rowSplits().get(0)[raw.rows()] > 0
          ? lists
          : null;
    }

    private @Nullable String fault(Batch raw, int row) {
      if (featureList(raw) != null) {
        return count(raw, lengths(1), row) > 0 || count(raw, values, row) > 0
            ? "is a feature list in one record and the features " + values + " in another"
            : null;
      }
      for (int level = 1; level < shape.levels(); level++) {
        Values.Numbers lengths = numbers(raw, lengths(level));
        int[] bounds = bounds(raw, lengths(level));
        boolean last = level + 1 == shape.levels();
        long found = count(raw, last ? values : lengths(level + 1), row);
        long sum = 0;
        for (int i = bounds[row]; i < bounds[row + 1]; i++) {
          long length = lengths.getLong(i);
          if (length < 0 || length > Integer.MAX_VALUE) {
            return "the row length " + length;
          }
          sum += length;
        }
        long expected = last ? sum * width : sum;
        if (expected != found) {
          return "its row lengths ask for " + expected + " values, found " + found;
        }
      }
      int count = count(raw, values, row);
      return count % width == 0
          ? null
          : "expected a multiple of " + width + " values, found " + count;
    }

    @Override
    public boolean fits(Batch raw) {
      return shape.levels() == 1 && width == 1;
    }

    @Override
    public Array assemble(Batch raw) {
      Array.Ragged lists = featureList(raw);
      if (lists != null) {
        return lists;
      }
      List<int[]> splits = new ArrayList<>();
      int[] bounds = bounds(raw, shape.levels() == 1 ? values : lengths(1));
      int divisor = shape.levels() == 1 ? width : 1;
      splits.add(Arrays.stream(bounds).map(b -> b / divisor).toArray());
      for (int level = 1; level < shape.levels(); level++) {
        Values.Numbers lengths = numbers(raw, lengths(level));
        int[] cut = new int[lengths.size() + 1];
        for (int i = 0; i < lengths.size(); i++) {
          cut[i + 1] = cut[i] + (int) lengths.getLong(i);
        }
        splits.add(cut);
      }
      return new Array.Ragged(raw.column(values).values(), splits, shape.inner());
    }
  }

  private record SparsePart(ArraySpec spec, String values) implements Part {
    SparsePart(ArraySpec spec) {
      this(spec, ColumnNames.sparseValues(spec.name()));
      if (spec.shape().rank() < 2 || spec.shape().row().dims().contains(-1L)) {
        throw new IllegalArgumentException("the column " + spec + " has no fixed sparse shape");
      }
    }

    private String index(int dim) {
      return ColumnNames.sparseIndices(spec.name(), dim);
    }

    @Override
    public Map<String, DType> features() {
      Map<String, DType> features = new LinkedHashMap<>();
      features.put(values, spec.dtype());
      for (int dim = 0; dim < spec.shape().rank() - 1; dim++) {
        features.put(index(dim), DType.INT64);
      }
      return features;
    }

    @Override
    public IntFunction<@Nullable String> faults(Batch raw) {
      return row -> fault(raw, row);
    }

    private @Nullable String fault(Batch raw, int row) {
      int count = count(raw, values, row);
      for (int dim = 0; dim < spec.shape().rank() - 1; dim++) {
        if (count(raw, index(dim), row) != count) {
          return count + " values with " + count(raw, index(dim), row) + " indices";
        }
        int start = bounds(raw, index(dim))[row];
        for (int i = start; i < start + count; i++) {
          long at = numbers(raw, index(dim)).getLong(i);
          if (at < 0 || at >= spec.shape().dim(dim + 1)) {
            return "the index " + at + " is outside of the shape " + spec.shape();
          }
        }
      }
      return null;
    }

    @Override
    public Array assemble(Batch raw) {
      int rank = spec.shape().rank();
      int[] bounds = bounds(raw, values);
      long[] indices = new long[raw.column(values).values().size() * rank];
      for (int row = 0; row < raw.rows(); row++) {
        for (int i = bounds[row]; i < bounds[row + 1]; i++) {
          indices[i * rank] = row;
          for (int dim = 1; dim < rank; dim++) {
            indices[i * rank + dim] = numbers(raw, index(dim - 1)).getLong(i);
          }
        }
      }
      List<Long> dims = new ArrayList<>(spec.shape().dims());
      dims.set(0, (long) raw.rows());
      return new Array.Sparse(dims, indices, raw.column(values).values());
    }
  }
}
