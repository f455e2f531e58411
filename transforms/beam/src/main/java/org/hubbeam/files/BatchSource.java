// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;

/**
 * Reads batches from files of text, CSV, JSON lines or TFRecords, or from whole files. Rows of a
 * batch come from one file, in the order of the file (except for whole files); each row's origin is
 * the file and the record's offset in bytes (in compressed files, of the decompressed data).
 *
 * <p>Files packed with gzip, bzip2, xz, lzma, zstd, lz4, zlib or, where it is only one, zip are
 * known by their first bytes, and so is text in UTF-16 and UTF-32 that has a byte order mark. Other
 * text is UTF-8, unless {@link TextOptions} name another encoding. A file that is no text is
 * refused with what it is; a line or record with bytes that are none is a failure. Large plain
 * files of lines or CSV in UTF-8 are read by several workers, each a part; of CSV one worker first
 * looks where records begin. Other files are read by one worker each.
 *
 * <pre>{@code
 * BatchSource.Result lines = pipeline.apply(BatchSource.text("/data/lines-*.txt"));
 * PCollection<Batch> batches = lines.batches();
 * }</pre>
 */
public final class BatchSource extends PTransform<PBegin, BatchSource.Result> {
  private static final long serialVersionUID = 1;

  static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  /** What is wrong with files as wholes, by their names. */
  static final TupleTag<KV<String, Failure>> BAD_FILES = new TupleTag<>("bad files") {};

  private final Settings settings;

  private BatchSource(Settings settings) {
    super(settings.format.name());
    this.settings = settings;
  }

  /**
   * How files are read.
   *
   * @param parts how much of the files one worker reads at once
   */
  record Settings(String glob, Format format, ReadLimits limits, Parts parts)
      implements Serializable {
    Settings withLimits(ReadLimits value) {
      return new Settings(glob, format, value, parts);
    }
  }

  /**
   * Lines as rows of one column {@code text}: an empty line is an empty text.
   *
   * @param glob files, with {@code *} and {@code ?}
   * @throws IllegalArgumentException when no file matches, or the first is no text
   */
  public static BatchSource text(String glob) {
    return text(glob, TextOptions.DEFAULT);
  }

  /** The same with files in another encoding. */
  public static BatchSource text(String glob, TextOptions options) {
    requireText(glob, options);
    return of(glob, new TextFormat(options));
  }

  /**
   * CSV with a header that names the columns, all of them strings; the same columns in every file.
   * Empty lines are skipped; a record with another number of cells is a failure, and so is one in
   * which a quote is left open, with each line that it takes to the end of the file.
   *
   * @throws IllegalArgumentException when no file matches, or the first has no header
   */
  public static BatchSource csv(String glob) {
    return csv(glob, TextOptions.DEFAULT);
  }

  /**
   * The same with another delimiter, quote or encoding, without a header, or with lists in cells:
   * where there is a delimiter of lists, all columns are lists.
   */
  public static BatchSource csv(String glob, TextOptions options) {
    List<String> header = header(glob, options);
    CsvFormat format = new CsvFormat(header, options);
    format.check(glob, header);
    return of(glob, format);
  }

  /**
   * CSV with a header. The columns of a schema are read by name, one value per cell. An empty cell
   * is a missing value, or the empty string in a dense column of strings; numbers may be surrounded
   * by blanks. Rows that do not fit the schema are failures with the column, what was expected and
   * what was found.
   *
   * @throws IllegalArgumentException when no file matches, the header lacks a column of the schema,
   *     or a column is neither one value nor a plain list
   */
  public static BatchSource csv(String glob, BatchSchema schema) {
    return csv(glob, schema, TextOptions.DEFAULT);
  }

  /**
   * The same with another delimiter, quote or encoding, without a header, or with lists in the
   * cells of columns that are lists or vectors.
   */
  public static BatchSource csv(String glob, BatchSchema schema, TextOptions options) {
    CsvFormat format = new CsvFormat(schema, options);
    format.check(glob, header(glob, options));
    return of(glob, format);
  }

  /** The names of the columns of the first file. */
  private static List<String> header(String glob, TextOptions options) {
    return first(glob, options, (file, text) -> CsvFormat.header(file, text, options, RECORD));
  }

  /** What the beginning of a file tells. */
  private interface Look<T> {
    T at(String file, TextStream text) throws IOException;
  }

  /**
   * Looks at the first file that is not empty; at the last one, if all are. A damaged file is
   * passed over where there is another one: whoever reads it reports it.
   */
  private static <T> T first(String glob, TextOptions options, Look<T> look) {
    IOException fault = null;
    List<MatchResult.Metadata> files = FileGlob.existing(glob);
    for (int i = 0; i < files.size(); i++) {
      try {
        if (i + 1 == files.size() || !isEmpty(files.get(i), options)) {
          return look(files.get(i), options, look);
        }
      } catch (CorruptFileException | BadFileException e) {
        fault = fault == null ? e : fault;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new UncheckedIOException(Objects.requireNonNull(fault));
  }

  /** Refuses a first file that is no text; one that is damaged is left for the reader to report. */
  private static void requireText(String glob, TextOptions options) {
    try {
      first(glob, options, (file, text) -> file);
    } catch (UncheckedIOException e) {
      boolean bad =
          e.getCause() instanceof CorruptFileException || e.getCause() instanceof BadFileException;
      if (!bad) {
        throw e;
      }
    }
  }

  private static boolean isEmpty(MatchResult.Metadata file, TextOptions options)
      throws IOException {
    return file.sizeBytes() == 0
        || file.sizeBytes() < EMPTY && look(file, options, (name, text) -> text.read() < 0);
  }

  private static <T> T look(MatchResult.Metadata metadata, TextOptions options, Look<T> look)
      throws IOException {
    String file = metadata.resourceId().toString();
    try (ByteSource source = new ByteSource(FileVersion.of(metadata).open())) {
      try (TextStream text = TextStream.open(source, options)) {
        T seen = look.at(file, text);
        if (source.isBroken()) {
          throw new IOException(file + " cannot be read");
        }
        return seen;
      } catch (TextStream.NotTextException e) {
        throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
      } catch (IOException e) {
        throw source.isBroken() ? e : new CorruptFileException(file, 0, TextStream.fault(e), e);
      }
    }
  }

  /**
   * JSON objects, one per line; fields become ragged columns: a missing field or null is no value,
   * an array several. Fields and types are inferred from the first 16 MiB of the first file:
   * strings (objects within too, as JSON), int64, float32 or bool, whichever nearly all values of a
   * field are: one in a hundred that is not does not change it. A row with another field, or with a
   * value that its type does not take, is a failure that names the field: no field is lost unseen;
   * {@link #jsonl(String, BatchSchema)} reads such files. {@code NaN} and {@code Infinity} are
   * numbers, as Python writes them. Empty lines are passed over.
   *
   * @throws IllegalArgumentException when no file matches
   */
  public static BatchSource jsonl(String glob) {
    return jsonl(glob, TextOptions.DEFAULT);
  }

  /** The same with files in another encoding. */
  public static BatchSource jsonl(String glob, TextOptions options) {
    return first(
        glob,
        options,
        (file, text) ->
            of(
                glob,
                new JsonLinesFormat(
                    JsonColumns.infer(new LineBlockReader(text, 0, INFERRED_BYTES, RECORD)),
                    options)));
  }

  /**
   * JSON objects, one per line, with the fields of a schema. A dense column is a value, or nested
   * lists of its shape, or all its values in one list; a ragged column of plain lists is a list, a
   * value or nothing; of deeper and sparse columns the fields are their features, as in {@code
   * tf.Example}. Rows that do not fit the schema are failures with the column, what was expected
   * and what was found.
   *
   * @throws IllegalArgumentException when no file matches, or the schema has a type or shape that
   *     {@code tf.Example} has not
   */
  public static BatchSource jsonl(String glob, BatchSchema schema) {
    return jsonl(glob, schema, TextOptions.DEFAULT);
  }

  /** The same with files in another encoding. */
  public static BatchSource jsonl(String glob, BatchSchema schema, TextOptions options) {
    requireText(glob, options);
    return of(glob, new JsonLinesFormat(schema, options));
  }

  /**
   * TFRecords of {@code tf.Example} or {@code tf.SequenceExample}; features become ragged columns.
   *
   * @throws IllegalArgumentException when no file matches
   */
  public static BatchSource tfrecord(String glob) {
    return of(glob, new TFRecordFormat(null));
  }

  /**
   * TFRecords whose features become the columns of a schema; other features are not read. Rows that
   * do not fit the schema are failures with the column, what was expected and what was found.
   *
   * @throws IllegalArgumentException when no file matches, or the schema has a type or shape that
   *     {@code tf.Example} has not
   */
  public static BatchSource tfrecord(String glob, BatchSchema schema) {
    schema.features();
    return of(glob, new TFRecordFormat(schema));
  }

  /**
   * TFRecords of anything: each record is a row of the column {@code record}, as its bytes. For
   * modules that parse records themselves.
   *
   * @param features of the {@code tf.Example} in each record, as further columns like those of
   *     {@link #tfrecord(String)}; where there are some, a record that is no example is a failure
   * @throws IllegalArgumentException when no file matches
   */
  public static BatchSource records(String glob, String... features) {
    return of(glob, new RecordsFormat(List.of(features)));
  }

  /**
   * Whole files as rows of the columns {@code file} (its name as it was matched) and {@code bytes},
   * whatever is in them; at most 64 files and 16 MiB to a batch. A file that cannot be read, or has
   * more bytes than {@link #withRecordBytes} allows (64 MiB), is a failure under its name. A row's
   * origin is the glob and the file's number among those that match.
   *
   * @throws IllegalArgumentException when no file matches
   */
  public static BatchSource files(String glob) {
    BatchSource source = of(glob, new FilesFormat());
    return source.withBatchRows(FilesFormat.FILES).withRecordBytes(FilesFormat.FILE_BYTES);
  }

  /**
   * Whole files of text as rows of the columns {@code file} (its name as it was matched) and {@code
   * text}; at most 64 files and 16 MiB to a batch. A file that cannot be read, is no text, or has
   * more bytes than {@link #withRecordBytes} allows (64 MiB), is a failure under its name. A row's
   * origin is the glob and the file's number among those that match.
   *
   * @throws IllegalArgumentException when no file matches, or the first is no text
   */
  public static BatchSource documents(String glob, TextOptions options) {
    requireText(glob, options);
    BatchSource source = of(glob, new DocumentsFormat(options));
    return source.withBatchRows(FilesFormat.FILES).withRecordBytes(FilesFormat.FILE_BYTES);
  }

  /**
   * The names of files as rows of the column {@code file}, for files too large to be held as bytes;
   * they are not opened. One to a batch, so that workers share them. A row's origin is the glob and
   * the file's number among those that match.
   *
   * @throws IllegalArgumentException when no file matches
   */
  public static BatchSource fileNames(String glob) {
    return of(glob, new FileNamesFormat()).withBatchRows(1);
  }

  private static final int RECORD = 16 << 20;

  /** Nothing, packed, is less than this. */
  private static final int EMPTY = 512;

  private static final long INFERRED_BYTES = 16 << 20;

  private static BatchSource of(String glob, Format format) {
    FileGlob.existing(glob);
    return new BatchSource(
        new Settings(
            glob, format, new ReadLimits(1024, 16L << 20, RECORD, Corruption.FAIL), Parts.DEFAULT));
  }

  /**
   * Reads some columns as somebody takes them, for example a function: with these types, and with
   * rows of these shapes, or lists where a dimension of the row is open. Rows that have something
   * else are failures with the column, what was expected and what was found. The types of the other
   * columns are told by the files; with a schema, all are told by the schema.
   *
   * <p>In {@code tf.Example} only types are declared, and a row may have any number of values.
   *
   * @param columns with the row dimension; those that the files do not have are ignored
   * @throws IllegalArgumentException when a cell of CSV cannot have such a column
   */
  public BatchSource withColumns(List<ArraySpec> columns) {
    return new BatchSource(
        new Settings(
            settings.glob,
            settings.format.declaring(DeclaredColumns.of(columns)),
            settings.limits,
            settings.parts));
  }

  /** The columns of the batches in order; empty if they depend on the records. */
  public Optional<List<String>> columns() {
    return Optional.ofNullable(settings.format.columns());
  }

  /**
   * The number of parts that workers can read in parallel, counted up to {@code enough}.
   *
   * @throws UncheckedIOException when a file cannot be opened
   */
  public int parts(int enough) {
    List<MatchResult.Metadata> files = FileGlob.existing(settings.glob);
    try {
      return ReadFiles.parts(settings, files, enough);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets the maximum rows in a batch. */
  public BatchSource withBatchRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a batch has at least one row, not " + rows);
    }
    ReadLimits l = settings.limits;
    return new BatchSource(
        settings.withLimits(new ReadLimits(rows, l.bytes(), l.record(), l.corruption())));
  }

  /** Sets the maximum bytes of values in a batch; a larger row is a batch of its own. */
  public BatchSource withBatchBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a batch has at least one byte, not " + bytes);
    }
    ReadLimits l = settings.limits;
    return new BatchSource(
        settings.withLimits(new ReadLimits(l.rows(), bytes, l.record(), l.corruption())));
  }

  /** Sets the maximum bytes of a line, CSV record or whole file; longer ones are failures. */
  public BatchSource withRecordBytes(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a record has at least one byte, not " + bytes);
    }
    ReadLimits l = settings.limits;
    return new BatchSource(
        settings.withLimits(new ReadLimits(l.rows(), l.bytes(), bytes, l.corruption())));
  }

  /**
   * Sets what happens to files that are damaged or cut off, and to those that are gone, closed to
   * this user or changed (in size or time) between being found and being read. If such a file is
   * skipped, it is one failure, and its rows before the fault are delivered; of a plain file that
   * several workers read, those of all parts that were read before the change.
   */
  public BatchSource withCorruption(Corruption value) {
    ReadLimits l = settings.limits;
    return new BatchSource(
        settings.withLimits(new ReadLimits(l.rows(), l.bytes(), l.record(), value)));
  }

  /**
   * Sets the approximate bytes of a part of an uncompressed file of lines or CSV. Default: about 32
   * parts, with 16 KiB to 4 MiB each.
   */
  public BatchSource withPartBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a part has at least one byte, not " + bytes);
    }
    return new BatchSource(
        new Settings(settings.glob, settings.format, settings.limits, Parts.of(bytes)));
  }

  /** Reads the files when another step is done, for data that is read a second time. */
  public PTransform<PBegin, Result> after(PCollection<?> step) {
    return new PTransform<>(settings.format.name()) {
      private static final long serialVersionUID = 1;

      @Override
      public Result expand(PBegin begin) {
        return read(glob(begin).apply("Wait", WhenDone.of(step)));
      }
    };
  }

  @Override
  public Result expand(PBegin begin) {
    return read(glob(begin));
  }

  private PCollection<String> glob(PBegin begin) {
    return begin.apply("Glob", Create.of(settings.glob));
  }

  private Result read(PCollection<String> glob) {
    PCollectionTuple both =
        glob.apply("Match", ParDo.of(new ReadFiles.MatchFn(settings)))
            .setCoder(SerializableCoder.of(FileGroup.class))
            .apply("Spread", Reshuffle.viaRandomKey())
            .apply(
                "Read",
                ParDo.of(new ReadFiles.ReadFn(settings))
                    .withOutputTags(BATCHES, TupleTagList.of(FAILURES).and(BAD_FILES)));
    both.get(BATCHES).setCoder(BatchCoder.of());
    both.get(BAD_FILES).setCoder(KvCoder.of(StringUtf8Coder.of(), FailureCoder.of()));
    PCollection<Failure> failures = both.get(FAILURES).setCoder(FailureCoder.of());
    if (settings.limits.corruption() != Corruption.FAIL) {
      PCollection<Failure> files =
          both.get(BAD_FILES)
              .apply("By file", GroupByKey.create())
              .apply("One a file", ParDo.of(new ReadFiles.FirstFn()))
              .setCoder(FailureCoder.of());
      failures =
          PCollectionList.of(failures).and(files).apply("All failures", Flatten.pCollections());
    }
    return new Result(both.get(BATCHES), failures);
  }

  /**
   * What was read, and what could not be.
   *
   * @param batches of one row or more
   * @param failures records, or rests of files
   */
  public record Result(PCollection<Batch> batches, PCollection<Failure> failures)
      implements org.apache.beam.sdk.values.POutput {

    @Override
    public org.apache.beam.sdk.Pipeline getPipeline() {
      return batches.getPipeline();
    }

    @Override
    public java.util.Map<TupleTag<?>, org.apache.beam.sdk.values.PValue> expand() {
      return java.util.Map.of(BATCHES, batches, FAILURES, failures);
    }

    @Override
    public void finishSpecifyingOutput(
        String name, org.apache.beam.sdk.values.PInput input, PTransform<?, ?> transform) {}
  }
}
