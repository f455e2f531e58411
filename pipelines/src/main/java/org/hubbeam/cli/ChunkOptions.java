// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.SplitTexts;
import org.hubbeam.texts.Chunking;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for splitting long texts. */
@Section(Section.Heading.CHUNKS)
final class ChunkOptions {

  @Option(
      names = "--chunk",
      paramLabel = "HOW",
      description = {
        "split each text into rows: words:200,overlap:40, sentences:N, chars:N or paragraphs."
            + " Adds the columns 'id', 'document', 'chunk', 'start' and 'end' (in code points)."
            + " A text file is then one text, unless --inputFormat=text"
      })
  private String chunk;

  @Option(
      names = "--chunkLanguage",
      paramLabel = "TAG",
      description =
          "the language whose words and sentences are split, as en or pt-BR (default: the rules of"
              + " Unicode, and of Thai)")
  private String language;

  @Option(
      names = "--chunkLanguageColumn",
      paramLabel = "NAME",
      description = "the column with the language of each text")
  private String languageColumn;

  /** Whether texts are split. */
  boolean isGiven() {
    if (chunk == null && (language != null || languageColumn != null)) {
      throw new UsageException("--chunkLanguage and --chunkLanguageColumn require --chunk");
    }
    return chunk != null;
  }

  /**
   * The column of the texts.
   *
   * @param given by the user; null for none
   * @param format of the files
   */
  String column(@Nullable String given, InputFormat format, BatchSource source) {
    if (given != null) {
      return given;
    }
    if (format == InputFormat.text || format == InputFormat.document) {
      return "text";
    }
    List<String> columns = source.columns().orElse(List.of());
    if (columns.size() != 1) {
      throw new UsageException(
          "--chunk requires --column, the column of the texts"
              + (columns.isEmpty() ? "" : "; the columns are " + columns));
    }
    return columns.get(0);
  }

  /**
   * The step that splits.
   *
   * @param column of the texts
   * @param id the column of the ids of the documents; null for none
   */
  Step step(String column, @Nullable String id, BatchSource source) {
    SplitTexts split = SplitTexts.of(chunking(), column);
    split = id == null ? split : split.withIdColumn(id);
    split = language == null ? split : split.withLanguage(locale());
    split = languageColumn == null ? split : split.withLanguageColumn(languageColumn);
    source.columns().ifPresent(columns -> check(columns, id));
    return Step.of("Chunk", "chunks of " + chunking(), split);
  }

  private void check(List<String> columns, @Nullable String id) {
    List<String> made = new ArrayList<>(SplitTexts.COLUMNS);
    made.retainAll(columns);
    made.remove(Optional.ofNullable(id).orElse(SplitTexts.ID));
    if (!made.isEmpty()) {
      throw new UsageException(
          "--chunk makes columns that the input has already: " + made + "; rename those of it");
    }
    if (languageColumn != null && !columns.contains(languageColumn)) {
      throw new UsageException(
          "--chunkLanguageColumn="
              + languageColumn
              + ": no such column; the columns are "
              + columns);
    }
  }

  private Chunking chunking() {
    try {
      return Chunking.parse(chunk);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--chunk=" + chunk + ": " + e.getMessage());
    }
  }

  private Locale locale() {
    try {
      return new Locale.Builder().setLanguageTag(language.replace('_', '-')).build();
    } catch (IllformedLocaleException e) {
      throw new UsageException(
          "--chunkLanguage=" + language + " is no language, as en, th or pt-BR");
    }
  }
}
