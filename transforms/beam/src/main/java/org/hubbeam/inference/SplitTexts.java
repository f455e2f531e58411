// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.texts.Chunking;
import org.jspecify.annotations.Nullable;

/**
 * Splits long texts, one in each row, into chunks: a row for each chunk with the columns of its
 * document, the text replaced by that of the chunk. There are also
 *
 * <ul>
 *   <li>{@code document}: the id of the document, a string or int64: that of its column, by default
 *       {@code id}; else the file and place that it comes from
 *   <li>{@code chunk}: int64, its number in the document, from 0 on
 *   <li>{@code start}, {@code end}: int64, where it lies in the document, in code points: Python's
 *       {@code document[start:end]}
 *   <li>{@code id}: {@code DOCUMENT#CHUNK}, different for each row
 * </ul>
 *
 * <p>Chunks come in the order of their documents and of the text, without blanks around them; all
 * of a text but blanks is in some chunk. An empty or blank text is one chunk. A row without a text,
 * with several, or with one that is not UTF-8 is a failure. Batches keep their window, timestamp
 * and pane.
 *
 * <pre>{@code
 * batches.apply(SplitTexts.of(Chunking.words(200).withOverlap(40), "text").withIdColumn("url"))
 * }</pre>
 */
public final class SplitTexts extends PTransform<PCollection<Batch>, SplitTexts.Result> {
  private static final long serialVersionUID = 1;

  /** The column of the ids of the documents. */
  public static final String DOCUMENT = "document";

  /** The column of the numbers of the chunks. */
  public static final String CHUNK = "chunk";

  /** The column of where chunks begin. */
  public static final String START = "start";

  /** The column of where chunks end. */
  public static final String END = "end";

  /** The column of the ids of the chunks. */
  public static final String ID = "id";

  /** The columns that a chunk has besides those of its document. */
  public static final List<String> COLUMNS = List.of(ID, DOCUMENT, CHUNK, START, END);

  private final Settings settings;

  /**
   * What is split.
   *
   * @param column of the texts
   * @param id of the documents; null for {@code id} if there is one, else where they come from
   * @param language a tag as of {@link Locale#forLanguageTag}; empty where it is not known
   * @param languages a column of such tags; null for none
   */
  record Settings(
      Chunking chunking,
      String column,
      @Nullable String id,
      String language,
      @Nullable String languages,
      Limits limits)
      implements Serializable {}

  private SplitTexts(Settings settings) {
    this.settings = settings;
  }

  /** The texts of a column of strings; their language is not known. */
  public static SplitTexts of(Chunking chunking, String column) {
    return new SplitTexts(new Settings(chunking, column, null, "", null, Limits.DEFAULT));
  }

  /** With documents whose ids are in this column: a string or int64 in each row. */
  public SplitTexts withIdColumn(String column) {
    Settings s = settings;
    return new SplitTexts(
        new Settings(s.chunking, s.column, column, s.language, s.languages, s.limits));
  }

  /** With texts of one language: the rules of its words and sentences. */
  public SplitTexts withLanguage(Locale language) {
    Settings s = settings;
    return new SplitTexts(
        new Settings(s.chunking, s.column, s.id, language.toLanguageTag(), s.languages, s.limits));
  }

  /**
   * With texts whose languages are in a column of strings, as {@code en} or {@code pt-BR}. What is
   * no language, or is missing, is one that is not known.
   */
  public SplitTexts withLanguageColumn(String column) {
    Settings s = settings;
    return new SplitTexts(new Settings(s.chunking, s.column, s.id, s.language, column, s.limits));
  }

  /** Sets the maximum rows and bytes of texts in a batch; a longer chunk is a batch of its own. */
  public SplitTexts withLimits(Limits value) {
    Settings s = settings;
    return new SplitTexts(new Settings(s.chunking, s.column, s.id, s.language, s.languages, value));
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple both =
        batches.apply(
            "Split",
            ParDo.of(new SplitTextsFn(settings))
                .withOutputTags(SplitTextsFn.BATCHES, TupleTagList.of(SplitTextsFn.FAILURES)));
    both.get(SplitTextsFn.BATCHES).setCoder(batches.getCoder());
    return new Result(both.get(SplitTextsFn.BATCHES), both.get(SplitTextsFn.FAILURES));
  }

  /** The chunks, and the rows that have none. */
  public static final class Result extends ResultWithFailures<Batch> {

    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The chunks. */
    public PCollection<Batch> batches() {
      return output();
    }
  }
}
