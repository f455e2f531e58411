// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.texts;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Internal;

/**
 * Splits texts into chunks. All of a text but blanks is in some chunk. A blank text is one chunk.
 * For one thread.
 */
@Internal
public final class TextSplitter {

  private static final int LONGEST_WORD = 100;
  private static final Locale THAI = Locale.forLanguageTag("th");
  private static final Pattern BLANK_LINES = Pattern.compile("(?>\\R)\\h*(?:(?>\\R)\\h*)+");

  private final Chunking chunking;
  private final Locale locale;

  /**
   * A splitter.
   *
   * @param locale the language of the texts; {@link Locale#ROOT} where it is not known: the rules
   *     of Unicode, and those of Thai where there is Thai
   */
  public TextSplitter(Chunking chunking, Locale locale) {
    this.chunking = chunking;
    this.locale = locale;
  }

  /** The chunks of a text, in their order. */
  public List<TextChunk> split(String text) {
    List<Span> spans = new ArrayList<>();
    if (chunking.unit() == Chunking.Unit.CHARS) {
      ofCharacters(text, spans);
    } else {
      List<Integer> cuts = cuts(text);
      int units = cuts.size() - 1;
      int step = chunking.size() - chunking.overlap();
      for (int first = 0; first < units; first += step) {
        int last = Math.min(units, first + chunking.size());
        add(text, cuts.get(first), cuts.get(last), spans);
        if (last == units) {
          break;
        }
      }
    }
    return spans.isEmpty()
        ? List.of(new TextChunk(text, 0, text.codePointCount(0, text.length())))
        : chunks(text, spans);
  }

  /** A part of a text, in UTF-16. */
  private record Span(int start, int end) {}

  /** Adds a part without the blanks around it, if there is more. */
  private static void add(String text, int from, int to, List<Span> spans) {
    int start = from;
    int end = to;
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (start < end && isBlank(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      spans.add(new Span(start, end));
    }
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static List<TextChunk> chunks(String text, List<Span> spans) {
    List<TextChunk> chunks = new ArrayList<>(spans.size());
    int at = 0;
    int points = 0;
    for (Span span : spans) {
      points +=
          span.start >= at
              ? text.codePointCount(at, span.start)
              : -text.codePointCount(span.start, at);
      at = span.start;
      chunks.add(
          new TextChunk(
              text.substring(span.start, span.end),
              points,
              points + text.codePointCount(span.start, span.end)));
    }
    return chunks;
  }

  /** Where units begin, and where the last one ends; nothing but that for a text of none. */
  private List<Integer> cuts(String text) {
    List<Integer> cuts =
        switch (chunking.unit()) {
          case WORDS -> words(text);
          case SENTENCES -> sentences(text);
          case PARAGRAPHS -> paragraphs(text);
          case CHARS -> throw new AssertionError(chunking);
        };
    cuts.add(text.length());
    return cuts;
  }

  private static List<Integer> paragraphs(String text) {
    List<Integer> starts = new ArrayList<>();
    Matcher lines = BLANK_LINES.matcher(text);
    int start = 0;
    while (lines.find()) {
      addUnlessBlank(text, start, lines.start(), starts);
      start = lines.end();
    }
    addUnlessBlank(text, start, text.length(), starts);
    return starts;
  }

  private static void addUnlessBlank(String text, int start, int end, List<Integer> starts) {
    for (int at = start; at < end; at++) {
      if (!isBlank(text.charAt(at))) {
        starts.add(start);
        return;
      }
    }
  }

  private List<Integer> sentences(String text) {
    Graphemes graphemes = new Graphemes(text);
    BreakIterator sentences = BreakIterator.getSentenceInstance(locale(text));
    List<Integer> paragraphs = paragraphs(text);
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < paragraphs.size(); i++) {
      int from = paragraphs.get(i);
      int to = i + 1 < paragraphs.size() ? paragraphs.get(i + 1) : text.length();
      sentences.setText(text.substring(from, to));
      int start = sentences.first();
      for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
        int cut = graphemes.atOrBefore(from + start);
        addUnlessBlank(text, cut, from + end, starts);
        start = end;
      }
    }
    return starts;
  }

  /** The language's rules for words; a text with Thai in it is not left without Thai's. */
  private Locale locale(String text) {
    boolean thai =
        locale.getLanguage().isEmpty() && text.chars().anyMatch(c -> c >= 0xe00 && c < 0xe80);
    return thai ? THAI : locale;
  }

  private List<Integer> words(String text) {
    Graphemes graphemes = new Graphemes(text);
    BreakIterator words = BreakIterator.getWordInstance(locale(text));
    words.setText(text);
    List<Integer> starts = new ArrayList<>();
    int behind = 0;
    int start = words.first();
    for (int end = words.next(); end != BreakIterator.DONE; end = words.next()) {
      int length = 0;
      for (int at = start; at < end; ) {
        int point = text.codePointAt(at);
        int next = at + Character.charCount(point);
        if (counts(point)) {
          boolean begins = length == 0 || length >= LONGEST_WORD || standsAlone(point);
          if (begins && graphemes.atOrBefore(at) == at) {
            starts.add(starts.isEmpty() ? 0 : cut(text, behind, at));
            length = 0;
          }
          length = standsAlone(point) ? LONGEST_WORD : length + 1;
          behind = next;
        }
        at = next;
      }
      start = end;
    }
    if (starts.isEmpty()) {
      addUnlessBlank(text, 0, text.length(), starts);
    }
    return starts;
  }

  private static boolean counts(int point) {
    return Character.isLetterOrDigit(point) || Character.getType(point) == Character.OTHER_SYMBOL;
  }

  private static boolean standsAlone(int point) {
    return Character.isIdeographic(point)
        || Character.UnicodeScript.of(point) == Character.UnicodeScript.HIRAGANA;
  }

  /** Where to cut between two words: behind the punctuation of the first one. */
  private static int cut(String text, int behind, int start) {
    for (int at = behind; at < start; at++) {
      if (isBlank(text.charAt(at))) {
        return at;
      }
    }
    return start;
  }

  private void ofCharacters(String text, List<Span> spans) {
    Graphemes graphemes = new Graphemes(text);
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    while (start < text.length()) {
      int end = end(text, start, graphemes);
      add(text, start, end, spans);
      if (end == text.length()) {
        break;
      }
      int next = chunking.overlap() == 0 ? end : overlapping(text, start, end, graphemes);
      while (next < text.length() && isBlank(text.charAt(next))) {
        next++;
      }
      start = next;
    }
  }

  private int end(String text, int start, Graphemes graphemes) {
    int most = forward(text, start, chunking.size());
    if (most == text.length()) {
      return most;
    }
    for (int at = most; at > start + (most - start) / 2; at--) {
      if (isBlank(text.charAt(at))) {
        return at;
      }
    }
    int end = graphemes.atOrBefore(most);
    return end > start ? end : graphemes.atOrAfter(most);
  }

  /** So many code points further on, or the end of the text. */
  private static int forward(String text, int from, int points) {
    int at = from;
    for (int i = 0; i < points && at < text.length(); i++) {
      at = text.offsetByCodePoints(at, 1);
    }
    return at;
  }

  /**
   * Where the next chunk begins, so that it goes beyond this one: before its end, at a word; in the
   * middle of one only where this one ends there.
   */
  private int overlapping(String text, int start, int end, Graphemes graphemes) {
    int points = Math.min(chunking.overlap(), text.codePointCount(start, end) - 1);
    int earliest = graphemes.atOrAfter(text.offsetByCodePoints(end, -points));
    for (int at = earliest; at < end; at++) {
      if (isBlank(text.charAt(at - 1)) && end(text, at, graphemes) > end) {
        return at;
      }
    }
    boolean between = isBlank(text.charAt(end));
    return between || earliest <= start ? end : earliest;
  }
}
