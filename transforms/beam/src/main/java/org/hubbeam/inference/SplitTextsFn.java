// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;
import org.hubbeam.texts.TextChunk;
import org.hubbeam.texts.TextSplitter;
import org.jspecify.annotations.Nullable;

/** Splits the texts of batches. */
final class SplitTextsFn extends DoFn<Batch, Batch> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  /** How many splitters are kept; languages beyond that get new ones. */
  private static final int LANGUAGES = 64;

  private final SplitTexts.Settings settings;
  private transient @Nullable Map<String, TextSplitter> splitters;

  SplitTextsFn(SplitTexts.Settings settings) {
    this.settings = settings;
  }

  /** Splits the texts of one batch. */
  @ProcessElement
  public void process(@Element Batch batch, MultiOutputReceiver out) {
    check(batch);
    Chunks chunks = new Chunks(settings, batch);
    for (int row = 0; row < batch.rows(); row++) {
      String fault = fault(batch, row, chunks);
      if (fault != null) {
        String id = new RowIds(id(settings, batch)).of(batch, row);
        out.get(FAILURES).output(Failure.reading(id, settings.column(), fault));
        continue;
      }
      byte[] text = strings(batch, settings.column(), row).get(0);
      String whole = new String(text, StandardCharsets.UTF_8);
      for (TextChunk chunk : splitter(batch, row).split(whole)) {
        chunks.add(row, chunk, out.get(BATCHES));
      }
    }
    chunks.flush(out.get(BATCHES));
  }

  /** What is wrong with a row; null for nothing. */
  private @Nullable String fault(Batch batch, int row, Chunks chunks) {
    Values.Strings texts = strings(batch, settings.column(), row);
    if (texts.size() != 1) {
      return "has " + texts.size() + " texts; one is split";
    }
    byte[] text = texts.get(0);
    int at = Utf8.fault(text, 0, text.length);
    return at < 0 ? chunks.idFault(row) : "is not UTF-8: the byte at offset " + at;
  }

  private void check(Batch batch) {
    Array texts = batch.column(settings.column());
    if (texts.dtype() != DType.STRING) {
      throw new IllegalArgumentException("texts are strings, not " + texts.spec(settings.column()));
    }
    List<String> made = new ArrayList<>(SplitTexts.COLUMNS);
    String id = id(settings, batch);
    if (SplitTexts.DOCUMENT.equals(id) || SplitTexts.ID.equals(id)) {
      made.remove(id);
    }
    made.retainAll(batch.columns().keySet());
    if (!made.isEmpty()) {
      throw new IllegalArgumentException(
          "splitting texts makes columns that are there already: " + made);
    }
  }

  /** The column of the ids of documents; null where they have none. */
  private static @Nullable String id(SplitTexts.Settings settings, Batch batch) {
    boolean has = settings.id() == null && batch.columns().containsKey(SplitTexts.ID);
    return has ? SplitTexts.ID : settings.id();
  }

  private TextSplitter splitter(Batch batch, int row) {
    String language = settings.language();
    if (settings.languages() != null) {
      Values.Strings given = strings(batch, settings.languages(), row);
      language = given.size() == 1 ? given.text(0).replace('_', '-') : language;
    }
    if (splitters == null) {
      splitters = new HashMap<>();
    }
    if (splitters.size() > LANGUAGES) {
      splitters.clear();
    }
    return splitters.computeIfAbsent(
        language, tag -> new TextSplitter(settings.chunking(), Locale.forLanguageTag(tag)));
  }

  private static Values.Strings strings(Batch batch, String name, int row) {
    Array column = batch.column(name);
    if (column.dtype() != DType.STRING) {
      throw new IllegalArgumentException("strings are expected, not " + column.spec(name));
    }
    return (Values.Strings) column.slice(row, row + 1).values();
  }

  /** The chunks of one batch that were not put out yet. */
  private static final class Chunks {

    private final SplitTexts.Settings settings;
    private final Batch batch;
    private final Batch staying;
    private final @Nullable String id;
    private final List<TextChunk> chunks = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private long bytes;
    private int last = -1;
    private long number;

    Chunks(SplitTexts.Settings settings, Batch batch) {
      this.settings = settings;
      this.batch = batch;
      List<String> names = new ArrayList<>(batch.columns().keySet());
      names.remove(settings.column());
      this.staying = batch.only(names);
      this.id = id(settings, batch);
      if (id != null) {
        Array ids = batch.column(id);
        if (ids.dtype() != DType.STRING && ids.dtype() != DType.INT64) {
          throw new IllegalArgumentException("an id is a string or int64, not " + ids.spec(id));
        }
      }
    }

    /** What is wrong with the id of a row; null for nothing. */
    @Nullable String idFault(int row) {
      int count = id == null ? 1 : batch.column(id).slice(row, row + 1).values().size();
      return count == 1 ? null : "belongs to a row of " + count + " ids ('" + id + "')";
    }

    void add(int row, TextChunk chunk, OutputReceiver<Batch> out) {
      int size = chunk.text().length();
      boolean full =
          chunks.size() >= settings.limits().rows() || bytes + size > settings.limits().bytes();
      if (!chunks.isEmpty() && full) {
        flush(out);
      }
      number = row == last ? number + 1 : 0;
      last = row;
      numbers.add(number);
      rows.add(row);
      chunks.add(chunk);
      bytes += size;
    }

    void flush(OutputReceiver<Batch> out) {
      if (chunks.isEmpty()) {
        return;
      }
      Batch selected = staying.select(rows.stream().mapToInt(Integer::intValue).toArray());
      out.output(withColumns(selected));
      chunks.clear();
      rows.clear();
      numbers.clear();
      bytes = 0;
    }

    private Batch withColumns(Batch selected) {
      Array documents = documents(selected);
      String[] texts = chunks.stream().map(TextChunk::text).toArray(String[]::new);
      String[] ids = new String[texts.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = text(documents.values(), i) + "#" + numbers.get(i);
      }
      Map<String, Array> columns = new LinkedHashMap<>();
      columns.put(SplitTexts.ID, Array.Dense.vector(Values.of(ids)));
      columns.put(SplitTexts.DOCUMENT, documents);
      columns.put(SplitTexts.CHUNK, longs(numbers.stream().mapToLong(n -> n)));
      columns.put(SplitTexts.START, longs(chunks.stream().mapToLong(TextChunk::start)));
      columns.put(SplitTexts.END, longs(chunks.stream().mapToLong(TextChunk::end)));
      columns.put(settings.column(), Array.Dense.vector(Values.of(texts)));
      Batch with = selected;
      for (Map.Entry<String, Array> column : columns.entrySet()) {
        with = with.with(column.getKey(), column.getValue());
      }
      return with;
    }

    private static Array longs(LongStream values) {
      return Array.Dense.vector(Values.of(values.toArray()));
    }

    private Array documents(Batch selected) {
      if (id != null) {
        return Array.Dense.vector(selected.column(id).values());
      }
      String[] origins = new String[selected.rows()];
      for (int row = 0; row < origins.length; row++) {
        origins[row] = selected.origin().id(row);
      }
      return Array.Dense.vector(Values.of(origins));
    }

    private static String text(Values values, int at) {
      return values instanceof Values.Strings strings
          ? strings.text(at)
          : values.get(at).toString();
    }
  }
}
