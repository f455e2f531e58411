// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.texts;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long texts are split into chunks.
 *
 * <pre>{@code
 * Chunking chunking = Chunking.words(200).withOverlap(40);
 * }</pre>
 *
 * @param unit what is counted
 * @param size how many a chunk has; the last one of a text may have fewer
 * @param overlap how many a chunk has in common with the one before it; less than the size
 */
public record Chunking(Unit unit, int size, int overlap) implements Serializable {

  private static final String USAGE =
      "expected words:N, sentences:N, chars:N or paragraphs[:N], each with or without ,overlap:M";
  private static final Pattern TEXT =
      Pattern.compile("([a-z]+)(?::(\\d{1,9}))?(?:,overlap:(\\d{1,9}))?");

  /** What is counted. */
  public enum Unit {
    /**
     * Words, as {@link java.text.BreakIterator} finds them in the language; of what is written
     * without spaces, each Han and Hiragana character. A word of more than 100 characters counts as
     * several, and so can be cut. Symbols such as emoji are words; punctuation belongs to the word
     * before it.
     */
    WORDS,
    /** Sentences, as {@link java.text.BreakIterator} finds them; a blank line ends one, too. */
    SENTENCES,
    /**
     * Code points. A chunk has at most so many: it ends behind the last word that fits or, where
     * that would be less than half of it, between two characters. What is seen as one character,
     * such as a letter with its accents or a flag, is never cut.
     */
    CHARS,
    /** Paragraphs: what lies between blank lines. */
    PARAGRAPHS;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Chunking {
    if (size < 1) {
      throw new IllegalArgumentException("a chunk has at least 1 of its units, not " + size);
    }
    if (overlap < 0 || overlap >= size) {
      throw new IllegalArgumentException(
          "chunks of " + size + " can overlap by 0 to " + (size - 1) + ", not by " + overlap);
    }
  }

  /** Chunks of so many words. */
  public static Chunking words(int size) {
    return new Chunking(Unit.WORDS, size, 0);
  }

  /** Chunks of so many sentences. */
  public static Chunking sentences(int size) {
    return new Chunking(Unit.SENTENCES, size, 0);
  }

  /** Chunks of at most so many code points. */
  public static Chunking chars(int size) {
    return new Chunking(Unit.CHARS, size, 0);
  }

  /** A chunk for each paragraph. */
  public static Chunking paragraphs() {
    return new Chunking(Unit.PARAGRAPHS, 1, 0);
  }

  /** With so many units in common with the chunk before. */
  public Chunking withOverlap(int units) {
    return new Chunking(unit, size, units);
  }

  /**
   * Reads what users write: {@code words:200,overlap:40}, {@code sentences:5}, {@code chars:1000},
   * {@code paragraphs}.
   *
   * @throws IllegalArgumentException when it is something else, saying what is expected
   */
  public static Chunking parse(String text) {
    Matcher parts = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    Optional<Unit> unit = parts.matches() ? unit(parts.group(1)) : Optional.empty();
    if (unit.isEmpty() || (parts.group(2) == null && unit.get() != Unit.PARAGRAPHS)) {
      throw new IllegalArgumentException("'" + text + "': " + USAGE);
    }
    int size = parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2));
    int overlap = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
    return new Chunking(unit.get(), size, overlap);
  }

  private static Optional<Unit> unit(String name) {
    for (Unit unit : Unit.values()) {
      if (unit.word().equals(name)) {
        return Optional.of(unit);
      }
    }
    return Optional.empty();
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    String count = unit == Unit.PARAGRAPHS && size == 1 ? "" : ":" + size;
    return unit.word() + count + (overlap == 0 ? "" : ",overlap:" + overlap);
  }
}
