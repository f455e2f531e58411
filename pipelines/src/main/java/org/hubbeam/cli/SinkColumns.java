// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/** Gives batches the columns that a store gets, under its names. */
final class SinkColumns extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  private final Name id;
  private final Name vector;
  private final List<Name> others;
  private final Missing missing;

  /** What happens to rows without the column of the ids. */
  enum Missing {
    /** They are refused. */
    REFUSE,
    /** Their ids are their origins, {@code file@offset}. */
    ORIGIN
  }

  /**
   * A column of the rows, and what the store calls it.
   *
   * @param column in the rows
   * @param stored in the store
   */
  record Name(String column, String stored) implements Serializable {

    /** {@code COLUMN}, or {@code COLUMN:STORED}. */
    static Name parse(String option, String text) {
      int colon = text.lastIndexOf(':');
      Name name =
          colon < 0
              ? new Name(text, text)
              : new Name(text.substring(0, colon), text.substring(colon + 1));
      if (name.column.isEmpty() || name.stored.isEmpty()) {
        throw new UsageException(option + "=" + text + " must be COLUMN or COLUMN:NAME");
      }
      return name;
    }
  }

  /**
   * @param others the other columns; empty for all, under their names
   */
  SinkColumns(Name id, Name vector, List<Name> others, Missing missing) {
    this.id = id;
    this.vector = vector;
    this.others = List.copyOf(others);
    this.missing = missing;
  }

  Name id() {
    return id;
  }

  Name vector() {
    return vector;
  }

  /** What is called so in the store; null if it does not get the column. */
  @Nullable String stored(String column) {
    if (column.equals(id.column)) {
      return id.stored;
    }
    if (column.equals(vector.column)) {
      return vector.stored;
    }
    if (column.equals(PostProcessing.scaleColumn(vector.column))) {
      return PostProcessing.scaleColumn(vector.stored);
    }
    if (others.isEmpty()) {
      return column;
    }
    return others.stream()
        .filter(name -> name.column.equals(column))
        .map(Name::stored)
        .findFirst()
        .orElse(null);
  }

  /** Chooses and names the columns of a batch. */
  @ProcessElement
  public void process(@Element Batch batch, OutputReceiver<Batch> out) {
    Map<String, Array> chosen = new LinkedHashMap<>();
    if (!batch.columns().containsKey(id.column) && missing == Missing.ORIGIN) {
      String[] origins = new String[batch.rows()];
      Arrays.setAll(origins, batch.origin()::id);
      chosen.put(id.stored, Array.Dense.vector(Values.of(origins)));
    } else {
      chosen.put(id.stored, batch.column(id.column));
    }
    batch
        .columns()
        .forEach(
            (name, array) -> {
              String stored = stored(name);
              if (stored != null && !name.equals(id.column)) {
                chosen.put(stored, array);
              }
            });
    out.output(new Batch(batch.rows(), chosen, batch.origin()));
  }
}
