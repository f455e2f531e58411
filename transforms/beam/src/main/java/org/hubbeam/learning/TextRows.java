// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;

/**
 * Takes the texts out of rows that were read, for an encoder to learn from: a pair of each row, or
 * each of its texts alone. Rows with a column that is missing, no text or blank are failures.
 */
public final class TextRows extends PTransform<PCollection<Batch>, SiftedRows> {
  private static final long serialVersionUID = 1;

  /** The first text of a pair, or the text. */
  public static final String FIRST = "first";

  /** The second text of a pair. */
  public static final String SECOND = "second";

  /** What a row is called in failures. */
  public static final String ID = "id";

  private final Settings settings;

  /** What becomes of a row with several texts. */
  public enum Grouping {
    /** A pair. */
    PAIRS,
    /** As many rows. */
    EACH
  }

  private record Settings(List<String> columns, Grouping grouping) implements Serializable {
    Settings {
      columns = List.copyOf(columns);
    }
  }

  private TextRows(Settings settings) {
    this.settings = settings;
  }

  /**
   * Takes texts from columns.
   *
   * @param columns for pairs, two
   */
  public static TextRows of(List<String> columns, Grouping grouping) {
    if (grouping == Grouping.PAIRS && columns.size() != 2) {
      throw new IllegalArgumentException("pairs are in two columns, not in " + columns);
    }
    return new TextRows(new Settings(columns, grouping));
  }

  @Override
  public SiftedRows expand(PCollection<Batch> batches) {
    return SiftedRows.of(batches, new TextFn(settings));
  }

  private static final class TextFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;
    private final RowIds ids = new RowIds(null);

    TextFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      List<List<byte[]>> texts = new ArrayList<>();
      List<byte[]> names = new ArrayList<>();
      settings.columns.forEach(column -> texts.add(new ArrayList<>()));
      List<Texts> columns = settings.columns.stream().map(c -> Texts.of(batch, c)).toList();
      List<Long> records = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        String id = ids.of(batch, row);
        boolean good = true;
        for (Texts column : columns) {
          String fault = column.fault(row);
          if (!fault.isEmpty()) {
            out.get(SiftedRows.FAILURES).output(Failure.reading(id, column.name, fault));
            good = false;
            break;
          }
        }
        if (good) {
          for (int i = 0; i < columns.size(); i++) {
            texts.get(i).add(columns.get(i).get(row));
          }
          names.add(Utf8.encode(id));
          records.add(batch.origin().records()[row]);
        }
      }
      if (!names.isEmpty()) {
        emit(texts, names, new Batch.Origin(batch.origin().source(), longs(records)), out);
      }
    }

    private void emit(
        List<List<byte[]>> texts,
        List<byte[]> names,
        Batch.Origin origin,
        MultiOutputReceiver out) {
      if (settings.grouping == Grouping.PAIRS) {
        Map<String, Array> columns = new LinkedHashMap<>();
        columns.put(FIRST, strings(texts.get(0)));
        columns.put(SECOND, strings(texts.get(1)));
        columns.put(ID, strings(names));
        out.get(SiftedRows.BATCHES).output(new Batch(names.size(), columns, origin));
        return;
      }
      for (List<byte[]> column : texts) {
        Map<String, Array> columns = new LinkedHashMap<>();
        columns.put(FIRST, strings(column));
        columns.put(ID, strings(names));
        out.get(SiftedRows.BATCHES).output(new Batch(names.size(), columns, origin));
      }
    }

    private static Array strings(List<byte[]> texts) {
      return Array.Dense.vector(Values.ofBytes(texts));
    }

    private static long[] longs(List<Long> list) {
      return list.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /** A column of texts; without cells where there is none. */
  private record Texts(String name, RowCells cells, boolean there, List<String> all) {

    static Texts of(Batch batch, String name) {
      Array column = batch.columns().get(name);
      boolean there = column != null;
      RowCells cells =
          column == null ? new RowCells(Values.of(new String[0]), new int[0]) : RowCells.of(column);
      return new Texts(name, cells, there, List.copyOf(batch.columns().keySet()));
    }

    /** Why there is no text; empty if there is one. */
    String fault(int row) {
      if (!there) {
        return "there is no such column; there are " + all;
      }
      if (!(cells.values() instanceof Values.Strings texts)) {
        return "it is " + cells.values().dtype() + ", not text";
      }
      if (cells.count(row) != 1) {
        return cells.count(row) == 0 ? "there is no text" : "there are several texts";
      }
      return texts.text(cells.from(row)).isBlank() ? "the text is empty" : "";
    }

    byte[] get(int row) {
      return ((Values.Strings) cells.values()).get(cells.from(row));
    }
  }
}
