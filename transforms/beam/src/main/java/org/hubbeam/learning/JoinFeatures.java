// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;
import org.jspecify.annotations.Nullable;

/**
 * Makes of rows that {@link LabelRows} has labelled, and modules have given vectors, the rows that
 * a head is trained on: their features in one vector, label, weight, hash, and what is shown of
 * them. Rows with NaN or an infinity among their features, or with another number of features than
 * the first row of their batch, are failures.
 */
public final class JoinFeatures extends PTransform<PCollection<Batch>, SiftedRows> {
  private static final long serialVersionUID = 1;

  /** Longer texts are cut where they are shown. */
  private static final int SHOWN = 500;

  private final Settings settings;

  /**
   * What becomes what.
   *
   * @param features the columns with features, in their order
   * @param shown the column that is shown; null for none
   */
  private record Settings(List<String> features, @Nullable String shown, RowIds ids)
      implements Serializable {
    Settings {
      features = List.copyOf(features);
    }
  }

  private JoinFeatures(Settings settings) {
    this.settings = settings;
  }

  /** Joins these columns of numbers. */
  public static JoinFeatures of(List<String> features) {
    return new JoinFeatures(new Settings(features, null, new RowIds(null)));
  }

  /** Shows this column of texts; where it is a list, its first one. */
  public JoinFeatures withShown(String column) {
    return new JoinFeatures(new Settings(settings.features, column, settings.ids));
  }

  /** With failures named by this column's value, instead of by file and offset. */
  public JoinFeatures withIdColumn(String column) {
    return new JoinFeatures(new Settings(settings.features, settings.shown, new RowIds(column)));
  }

  @Override
  public SiftedRows expand(PCollection<Batch> batches) {
    return SiftedRows.of(batches, new JoinFn(settings));
  }

  private static final class JoinFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;

    JoinFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      List<RowCells> cells = new ArrayList<>();
      int[] widths = new int[settings.features.size()];
      int width = 0;
      for (int i = 0; i < widths.length; i++) {
        RowCells column = cells(settings.features.get(i), batch);
        cells.add(column);
        widths[i] = batch.rows() == 0 ? 0 : column.count(0);
        width += widths[i];
      }
      float[] vectors = new float[Math.multiplyExact(batch.rows(), width)];
      int[] good = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        Failure failure = fill(batch, row, cells, widths, vectors, count * width);
        if (failure == null) {
          good[count++] = row;
        } else {
          out.get(SiftedRows.FAILURES).output(failure);
        }
      }
      if (count > 0) {
        Batch kept = count == batch.rows() ? batch : batch.select(Arrays.copyOf(good, count));
        Array vector =
            new Array.Dense(
                List.of((long) count, (long) width),
                Values.of(Arrays.copyOf(vectors, count * width)));
        out.get(SiftedRows.BATCHES).output(joined(kept, vector));
      }
    }

    private static RowCells cells(String column, Batch batch) {
      RowCells cells = RowCells.of(batch.column(column));
      DType dtype = cells.values().dtype();
      if (dtype == DType.STRING || dtype.isComplex()) {
        throw new IllegalArgumentException(
            "the feature '" + column + "' is " + dtype + ", expected numbers");
      }
      return cells;
    }

    private @Nullable Failure fill(
        Batch batch, int row, List<RowCells> cells, int[] widths, float[] vectors, int start) {
      int at = start;
      for (int i = 0; i < widths.length; i++) {
        RowCells column = cells.get(i);
        String name = settings.features.get(i);
        if (column.count(row) != widths[i]) {
          return failure(
              batch,
              row,
              name,
              "the row has " + column.count(row) + " numbers, others have " + widths[i]);
        }
        Values.Numbers numbers = (Values.Numbers) column.values();
        for (int j = column.from(row); j < column.to(row); j++) {
          float value = (float) numbers.getDouble(j);
          if (!Float.isFinite(value)) {
            return failure(
                batch,
                row,
                name,
                "the features have " + numbers.getDouble(j) + ", expected finite numbers");
          }
          vectors[at++] = value;
        }
      }
      return null;
    }

    private Failure failure(Batch batch, int row, String column, String reason) {
      String name = column.replaceFirst("^hubbeam/[^/]*/", "");
      return Failure.reading(settings.ids.of(batch, row), name, reason);
    }

    private Batch joined(Batch batch, Array vector) {
      Map<String, Array> columns = new LinkedHashMap<>();
      columns.put(FeatureColumns.VECTOR, vector);
      addMarks(batch, settings.ids, settings.shown, columns);
      return new Batch(batch.rows(), columns, batch.origin());
    }
  }

  /** Adds to columns what {@link LabelRows} made of their rows, and what is shown of them. */
  static void addMarks(
      Batch batch, RowIds rowIds, @Nullable String shown, Map<String, Array> columns) {
    for (String name : List.of(FeatureColumns.LABEL, FeatureColumns.WEIGHT, FeatureColumns.HASH)) {
      Array column = batch.columns().get(FeatureColumns.inner(name));
      if (column != null) {
        columns.put(name, column);
      }
    }
    String[] ids = new String[batch.rows()];
    Arrays.setAll(ids, row -> rowIds.of(batch, row));
    columns.put(FeatureColumns.ID, Array.Dense.vector(Values.of(ids)));
    if (shown != null) {
      columns.put(FeatureColumns.SHOWN, shown(batch, shown));
    }
  }

  private static Array shown(Batch batch, String column) {
    RowCells cells = RowCells.of(batch.column(column));
    String[] shown = new String[batch.rows()];
    for (int row = 0; row < shown.length; row++) {
      shown[row] = cells.count(row) == 0 ? "" : cut(text(cells.values(), cells.from(row)));
    }
    return Array.Dense.vector(Values.of(shown));
  }

  private static String text(Values values, int index) {
    return values instanceof Values.Strings strings
        ? strings.text(index)
        : String.valueOf(values.get(index));
  }

  private static String cut(String text) {
    boolean isShort = text.codePointCount(0, text.length()) <= SHOWN;
    return isShort ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "...";
  }
}
