// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hubbeam.batch.Conversion.ConversionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tf.Example} and {@code tf.SequenceExample} messages into batches. Values go from the
 * message straight into their columns.
 *
 * <p>Without a schema every feature becomes a ragged column, in the order of the names, and every
 * feature list a ragged column of lists of lists, which is called {@code ##SEQUENCE##/NAME} if
 * there is a feature of its name. A feature's type is that of the first record in which it has one,
 * and stays that for all batches of this decoder; a record where it has another comes out as a
 * {@link Failure}. A feature that a record does not have is an empty list there. A feature that
 * never has a type gives no column.
 *
 * <p>With a schema the columns are those of the schema, in its order; other features are not read.
 * Values of another kind than a declared one become it where they keep their value, see {@link
 * Conversion}. A ragged column of lists of lists is read from the feature list of its name, or from
 * the features by which {@link BatchSchema} stores it; all other columns are features, which are
 * the context of a {@code tf.SequenceExample}.
 *
 * <p>Not for several threads.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/example.proto">example.proto</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto">feature.proto</a>
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class ExampleDecoder {

  private final String source;
  private final @Nullable SchemaColumns schema;
  private final Map<String, DType> types;
  private final Consumer<Failure> failures;
  private final BatchBuilder builder;
  private final Map<DType, ColumnBuilder> other = new EnumMap<>(DType.class);
  private final Map<FeatureName, Slot> features = new HashMap<>();
  private final Map<FeatureName, Slot> lists = new HashMap<>();
  private final List<Slot> order = new ArrayList<>();
  private final FeatureName wanted = new FeatureName(new byte[0], 0, 0);
  private int row;
  private long pending;
  private @Nullable Slot missing;
  private int expected;

  /**
   * A decoder that takes every feature.
   *
   * @param source where the records come from, for messages and {@link Batch.Origin}
   * @param failures receives the records that cannot be read
   */
  public ExampleDecoder(String source, Consumer<Failure> failures) {
    this(source, null, Map.of(), failures);
  }

  /**
   * A decoder that takes every feature, some as a type whatever a record has.
   *
   * @param types by feature; values of another kind become it as {@link Conversion} says, and those
   *     that do not are failures
   */
  public static ExampleDecoder of(
      String source, Map<String, DType> types, Consumer<Failure> failures) {
    return new ExampleDecoder(source, null, types, failures);
  }

  /**
   * A decoder for the columns of a schema.
   *
   * @throws IllegalArgumentException when the schema has a type that {@code tf.Example} has not
   */
  public static ExampleDecoder of(String source, BatchSchema schema, Consumer<Failure> failures) {
    SchemaColumns columns = SchemaColumns.ofExamples(schema);
    Map<String, DType> types = new HashMap<>(columns.features());
    types.putAll(columns.featureLists());
    return new ExampleDecoder(source, columns, types, failures);
  }

  private ExampleDecoder(
      String source,
      @Nullable SchemaColumns schema,
      Map<String, DType> types,
      Consumer<Failure> failures) {
    this.source = source;
    this.schema = schema;
    this.types = Map.copyOf(types);
    this.failures = failures;
    this.builder = new BatchBuilder(source);
    if (schema != null) {
      schema
          .features()
          .forEach((name, dtype) -> slot(name, false).column = builder.ragged(name, dtype));
      schema
          .featureLists()
          .forEach((name, dtype) -> slot(name, true).column = builder.nested(name, dtype));
    }
  }

  private Slot slot(String name, boolean ofLists) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return slot(new FeatureName(bytes, 0, bytes.length), name, ofLists);
  }

  private Slot slot(FeatureName key, String name, boolean ofLists) {
    Slot slot = new Slot(key, name, order.size(), ofLists);
    (ofLists ? lists : features).put(key, slot);
    order.add(slot);
    return slot;
  }

  /** The number of rows since the last {@link #build}. */
  public int rows() {
    return builder.rows();
  }

  /** The size of their values in bytes, including a row that is not ended yet. */
  public long byteSize() {
    return builder.byteSize();
  }

  /** Adds one record as a row, or reports it: {@link #read} and {@link #endRow}. */
  public void add(byte[] bytes, int from, int to, long record) {
    if (read(bytes, from, to, record)) {
      endRow();
    }
  }

  /**
   * Reads one record as the row that is being built.
   *
   * @param record its position in the source: an offset or an index
   * @return false when it could not be read and has been reported; there is no row to end then
   */
  public boolean read(byte[] bytes, int from, int to, long record) {
    row++;
    expected = 0;
    missing = null;
    pending = record;
    try {
      Wire.Cursor in = new Wire.Cursor(bytes, from, to);
      while (in.more()) {
        long tag = in.varint();
        if (tag == 0x0a || tag == 0x12) {
          int outer = in.enter();
          entries(bytes, in, tag == 0x12);
          in.leave(outer);
        } else {
          skip(in, tag);
        }
      }
      if (missing != null && missing.row != row) {
        throw new KindException(missing.name, missing.lists ? LISTS_MISSING : FEATURE_MISSING);
      }
      return true;
    } catch (Wire.WireException e) {
      builder.dropRow();
      report(record, "", "not a tf.Example: " + e.getMessage());
    } catch (KindException e) {
      builder.dropRow();
      report(record, e.column, Objects.requireNonNull(e.getMessage()));
    }
    return false;
  }

  private void report(long record, String column, String reason) {
    Batch.Origin origin = new Batch.Origin(source, new long[] {record});
    failures.accept(Failure.reading(origin.id(0), column, reason));
  }

  /** Ends the row that was read. A batch that is built before this does not have it. */
  public void endRow() {
    builder.endRow(pending);
  }

  /** The rows since the last call as a batch, which may have none. */
  public Batch build() {
    Batch raw = builder.build();
    if (schema != null) {
      return schema.assemble(raw, failures);
    }
    return raw.only(raw.columns().keySet().stream().sorted(Comparator.naturalOrder()).toList());
  }

  private static void skip(Wire.Cursor in, long tag) throws Wire.WireException {
    if (tag >>> 3 == 0 || tag >>> 3 > 0x1fffffff) {
      throw new Wire.WireException("the field number " + (tag >>> 3));
    }
    in.skip((int) tag & 7);
  }

  /** The entries of a map from names to features, or to feature lists. */
  private void entries(byte[] bytes, Wire.Cursor in, boolean lists)
      throws Wire.WireException, KindException {
    while (in.more()) {
      long tag = in.varint();
      if (tag != 0x0a) {
        skip(in, tag);
        continue;
      }
      int outer = in.enter();
      entry(bytes, in, lists);
      in.leave(outer);
    }
  }

  private void entry(byte[] bytes, Wire.Cursor in, boolean lists)
      throws Wire.WireException, KindException {
    int start = in.at();
    wanted.set(bytes, start, start);
    int values = 0;
    int from = start;
    int to = start;
    while (in.more()) {
      long tag = in.varint();
      if (tag == 0x0a) {
        int length = in.length();
        wanted.set(bytes, in.at(), in.at() + length);
        in.step(length);
      } else if (tag == 0x12) {
        int length = in.length();
        from = in.at();
        to = from + length;
        in.step(length);
        values++;
      } else {
        skip(in, tag);
      }
    }
    Slot slot = begin(lists);
    if (slot == null) {
      return;
    }
    if (values == 1) {
      value(bytes, new Wire.Cursor(bytes, from, to), slot);
      return;
    }
    Wire.Cursor again = new Wire.Cursor(bytes, start, in.at());
    while (again.more()) {
      long tag = again.varint();
      if (tag != 0x12) {
        again.skip((int) tag & 7);
        continue;
      }
      int outer = again.enter();
      value(bytes, again, slot);
      again.leave(outer);
    }
  }

  private void value(byte[] bytes, Wire.Cursor in, Slot slot)
      throws Wire.WireException, KindException {
    if (slot.lists) {
      featureList(bytes, in, slot);
    } else {
      feature(bytes, in, slot);
    }
  }

  /** The slot of the wanted name, for its values in this row; null when they are not read. */
  private @Nullable Slot begin(boolean ofLists) throws KindException {
    Slot slot = find(ofLists);
    Slot other = schema == null || slot == null ? (ofLists ? features : lists).get(wanted) : null;
    if (slot == null) {
      missing = other == null ? missing : other;
      return null;
    }
    if (other != null && !other.name.equals(slot.name)) {
      other = null;
    }
    if (other != null && other.row == row) {
      throw new KindException(slot.name, "there is a feature and a feature list of this name");
    }
    if (other != null && other.column != null) {
      throw new KindException(slot.name, other.lists ? LISTS_MISSING : FEATURE_MISSING);
    }
    if (slot.row == row) {
      slot.reset();
    }
    slot.waiting = 0;
    slot.row = row;
    return slot;
  }

  /** The slot of the wanted name; null when the schema does not name it. */
  private @Nullable Slot find(boolean ofLists) {
    if (expected < order.size()) {
      Slot next = order.get(expected);
      if (next.lists == ofLists && next.key.equals(wanted)) {
        expected++;
        return next;
      }
    }
    Slot slot = (ofLists ? lists : features).get(wanted);
    if (slot == null && schema == null) {
      byte[] name = wanted.copy();
      FeatureName key = new FeatureName(name, 0, name.length);
      boolean taken = ofLists && features.containsKey(wanted);
      String text = new String(name, StandardCharsets.UTF_8);
      slot = slot(key, taken ? SEQUENCE + text : text, ofLists);
    }
    expected = slot == null ? expected : slot.index + 1;
    return slot;
  }

  private void featureList(byte[] bytes, Wire.Cursor in, Slot slot)
      throws Wire.WireException, KindException {
    while (in.more()) {
      long tag = in.varint();
      if (tag != 0x0a) {
        skip(in, tag);
        continue;
      }
      int outer = in.enter();
      feature(bytes, in, slot);
      in.leave(outer);
      if (slot.column == null) {
        slot.waiting++;
      } else {
        slot.column.endList();
      }
    }
  }

  private void feature(byte[] bytes, Wire.Cursor in, Slot slot)
      throws Wire.WireException, KindException {
    while (in.more()) {
      long tag = in.varint();
      if (tag != 0x0a && tag != 0x12 && tag != 0x1a) {
        skip(in, tag);
        continue;
      }
      DType found = KINDS[(int) tag >> 3];
      ColumnBuilder column = column(slot, found);
      int outer = in.enter();
      if (column.dtype() == found) {
        switch ((int) tag) {
          case 0x0a -> strings(bytes, in, column);
          case 0x12 -> floats(bytes, in, column);
          default -> longs(in, column);
        }
      } else {
        converted(bytes, in, column, found);
      }
      in.leave(outer);
    }
  }

  private static final String LISTS_MISSING =
      "expected a feature list of tf.SequenceExample, lists of lists; found a feature, one list";
  private static final String FEATURE_MISSING =
      "expected a feature, one list; found a feature list of tf.SequenceExample, lists of lists"
          + " (in a spec file: ragged: 2)";
  private static final String SEQUENCE = "##SEQUENCE##/";
  private static final DType[] KINDS = {null, DType.STRING, DType.FLOAT32, DType.INT64};

  private ColumnBuilder column(Slot slot, DType found) throws KindException {
    if (slot.column == null) {
      DType dtype = types.getOrDefault(slot.name, found);
      slot.column =
          slot.lists ? builder.nested(slot.name, dtype) : builder.ragged(slot.name, dtype);
      for (; slot.waiting > 0; slot.waiting--) {
        slot.column.endList();
      }
    }
    if (slot.column.dtype() != found && !types.containsKey(slot.name)) {
      throw new KindException(slot.name, "expected " + slot.column.dtype() + ", found " + found);
    }
    return slot.column;
  }

  /** Adds values of another kind than the column's, which is declared. */
  private void converted(byte[] bytes, Wire.Cursor in, ColumnBuilder column, DType found)
      throws Wire.WireException, KindException {
    ColumnBuilder kind =
        other.computeIfAbsent(found, dtype -> new BatchBuilder("").ragged("", dtype));
    kind.dropRow();
    switch (found) {
      case STRING -> strings(bytes, in, kind);
      case FLOAT32 -> floats(bytes, in, kind);
      default -> longs(in, kind);
    }
    try {
      kind.convertTo(column);
    } catch (ConversionException e) {
      throw new KindException(column.name(), Objects.requireNonNull(e.getMessage()));
    }
  }

  private static void strings(byte[] bytes, Wire.Cursor in, ColumnBuilder column)
      throws Wire.WireException {
    while (in.more()) {
      long tag = in.varint();
      if (tag == 0x0a) {
        int length = in.length();
        column.addBytes(bytes, in.at(), in.at() + length);
        in.step(length);
      } else {
        skip(in, tag);
      }
    }
  }

  private static void floats(byte[] bytes, Wire.Cursor in, ColumnBuilder column)
      throws Wire.WireException {
    while (in.more()) {
      long tag = in.varint();
      if (tag == 0x0a) {
        int length = in.length();
        if (length % 4 != 0) {
          throw new Wire.WireException("packed floats of " + length + " bytes");
        }
        column.addBlock(bytes, in.at(), in.at() + length);
        in.step(length);
      } else if (tag == 0x0d) {
        int at = in.fixed32At();
        column.addBlock(bytes, at, at + 4);
      } else {
        skip(in, tag);
      }
    }
  }

  private static void longs(Wire.Cursor in, ColumnBuilder column) throws Wire.WireException {
    while (in.more()) {
      long tag = in.varint();
      if (tag == 0x0a) {
        int outer = in.enter();
        while (in.more()) {
          column.addLong(in.varint());
        }
        in.leave(outer);
      } else if (tag == 0x08) {
        column.addLong(in.varint());
      } else {
        skip(in, tag);
      }
    }
  }

  /** What is known of one feature. */
  private static final class Slot {
    final FeatureName key;
    final String name;
    final int index;
    @Nullable ColumnBuilder column;
    final boolean lists;
    int waiting;
    int row = -1;

    Slot(FeatureName key, String name, int index, boolean lists) {
      this.key = key;
      this.name = name;
      this.index = index;
      this.lists = lists;
    }

    /** In a map the last entry of a name counts. */
    void reset() {
      if (column != null) {
        column.dropRow();
      }
    }
  }

  /** A feature of another kind than the column's. */
  private static final class KindException extends Exception {
    final String column;

    KindException(String column, String message) {
      super(message);
      this.column = column;
    }
  }
}
