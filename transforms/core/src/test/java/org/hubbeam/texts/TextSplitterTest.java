// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.texts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextSplitterTest {

  private static final String FAMILY =
      "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66";
  private static final String FLAG = "\uD83C\uDDE9\uD83C\uDDEA";
  private static final String THUMB = "\uD83D\uDC4D\uD83C\uDFFD";

  private static List<TextChunk> split(String chunking, String language, String text) {
    return new TextSplitter(Chunking.parse(chunking), Locale.forLanguageTag(language)).split(text);
  }

  private static List<String> texts(String chunking, String language, String text) {
    return split(chunking, language, text).stream().map(TextChunk::text).toList();
  }

  @Test
  void wordsKeepTheirPunctuation() {
    String text = "One, two \u2013 (three) four. \u201cFive\u201d can't wait!  Seven\n";
    assertThat(texts("words:2", "en", text))
        .containsExactly(
            "One, two", "\u2013 (three) four.", "\u201cFive\u201d can't", "wait!  Seven");
    assertThat(texts("words:3,overlap:1", "en", "a b c d e f g"))
        .containsExactly("a b c", "c d e", "e f g");
    assertThat(texts("words:3,overlap:2", "en", "a b c")).containsExactly("a b c");
  }

  @Test
  void offsetsAreCodePointsOfTheWholeText() {
    String text = "  \uD83D\uDE00 one \uD83D\uDE00\uD83D\uDE00 two";
    assertThat(split("words:2", "", text))
        .containsExactly(
            new TextChunk("\uD83D\uDE00 one", 2, 7),
            new TextChunk("\uD83D\uDE00\uD83D\uDE00", 8, 10),
            new TextChunk("two", 11, 14));
  }

  @Test
  void blankAndEmptyTextsAreOneChunk() {
    for (String chunking : List.of("words:2", "sentences:1", "chars:2", "paragraphs")) {
      assertThat(split(chunking, "", "")).containsExactly(new TextChunk("", 0, 0));
      assertThat(split(chunking, "", " \n\n\u00a0"))
          .containsExactly(new TextChunk(" \n\n\u00a0", 0, 4));
      assertThat(split(chunking, "", "\n\n \u2014 "))
          .containsExactly(new TextChunk("\u2014", 3, 4));
    }
  }

  @Test
  void chineseAndJapaneseAreCutWithoutSpaces() {
    assertThat(
            texts(
                "words:4",
                "zh",
                "\u6211\u4eec\u53bb\u5b66\u6821\u3002\u5929\u6c14\u5f88\u597d\u3002"))
        .containsExactly(
            "\u6211\u4eec\u53bb\u5b66", "\u6821\u3002\u5929\u6c14\u5f88", "\u597d\u3002");
    assertThat(texts("sentences:1", "zh", "\u6211\u53bb\u3002\u597d\uff01\u6765\uff1f"))
        .containsExactly("\u6211\u53bb\u3002", "\u597d\uff01", "\u6765\uff1f");
    assertThat(texts("words:1", "ja", "\u6771\u4eac\u30bf\u30ef\u30fc"))
        .containsExactly("\u6771", "\u4eac", "\u30bf\u30ef\u30fc");
  }

  @Test
  void thaiIsCutBetweenWordsEvenWhereNobodySaysThatItIsThai() {
    // "I love the Thai language": three or more words without a space.
    String text = "\u0e09\u0e31\u0e19\u0e23\u0e31\u0e01\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22";
    assertThat(texts("words:1", "th", text)).hasSizeGreaterThan(2);
    assertThat(texts("words:1", "", text)).isEqualTo(texts("words:1", "th", text));
    assertThat(String.join("", texts("words:1", "", text))).isEqualTo(text);
  }

  @Test
  void sentencesEndAtTheirMarksAndAtBlankLines() {
    assertThat(
            texts(
                "sentences:1",
                "en",
                "A title\n\nIt costs 3.50 e.g. here. Is it?  Yes! \u201cNo.\u201d"))
        .containsExactly(
            "A title", "It costs 3.50 e.g. here.", "Is it?", "Yes!", "\u201cNo.\u201d");
    assertThat(texts("sentences:2,overlap:1", "en", "A b. C d. E f."))
        .containsExactly("A b. C d.", "C d. E f.");
  }

  @Test
  void paragraphsEndAtBlankLines() {
    String text = "one\r\nstill one\r\n \t\r\ntwo\n\n\n\nthree\n";
    assertThat(split("paragraphs", "", text))
        .containsExactly(
            new TextChunk("one\r\nstill one", 0, 14),
            new TextChunk("two", 20, 23),
            new TextChunk("three", 27, 32));
    assertThat(texts("paragraphs:2", "", text)).hasSize(2);
  }

  @Test
  void charactersEndAtWordsWhereTheyCan() {
    assertThat(texts("chars:10", "", "one two three four"))
        .containsExactly("one two", "three four");
    assertThat(texts("chars:10,overlap:4", "", "one two three four"))
        .containsExactly("one two", "two three", "four");
    assertThat(texts("chars:20,overlap:12", "", "a b c d e f gggggggggggggg h"))
        .containsExactly("a b c d e f", "b c d e f gggggggggg", "f gggggggggggggg h");
    assertThat(texts("chars:4", "", "abcdefghij")).containsExactly("abcd", "efgh", "ij");
    assertThat(texts("chars:4,overlap:1", "", "abcdefghij"))
        .containsExactly("abcd", "defg", "ghij");
    assertThat(texts("chars:999999999", "", "abc")).containsExactly("abc");
  }

  @Test
  void whatIsSeenAsOneCharacterIsNotCut() {
    String text = FAMILY + FLAG + THUMB + "e\u0301" + FAMILY;
    for (int size = 1; size < 8; size++) {
      for (String chunk : texts("chars:" + size, "", text)) {
        assertThat(chunk.replace(FAMILY, "").replace(FLAG, "").replace(THUMB, ""))
            .isIn("", "e\u0301");
      }
    }
    assertThat(String.join("", texts("words:1", "", FAMILY + THUMB + FLAG.repeat(150))))
        .isEqualTo(FAMILY + THUMB + FLAG.repeat(150));
  }

  @Test
  void veryLongWordsAreCut() {
    List<String> chunks = texts("words:2", "", "x".repeat(1000) + " y");
    assertThat(chunks).hasSize(6);
    assertThat(chunks.get(0)).hasSize(200);
    assertThat(chunks.get(5)).isEqualTo("y");
  }

  @Test
  void everythingIsInSomeChunk() {
    String[] pieces = {
      "a",
      "word ",
      "\n\n",
      ". ",
      "! ",
      FAMILY,
      FLAG,
      "e\u0301",
      "\u6f22\u5b57",
      "\u0e20\u0e32\u0e29",
      " ",
      "\t",
      "\r\n",
      "\u3042",
      "(",
      "\u201d",
      "3.5",
      "\uD840\uDC00",
      "\u00a0",
      "x".repeat(120)
    };
    String[] chunkings = {
      "words:1",
      "words:3",
      "words:4,overlap:3",
      "sentences:1",
      "sentences:2,overlap:1",
      "chars:1",
      "chars:7",
      "chars:9,overlap:5",
      "paragraphs",
      "paragraphs:2,overlap:1"
    };
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      StringBuilder built = new StringBuilder();
      for (int piece = random.nextInt(20); piece >= 0; piece--) {
        built.append(pieces[random.nextInt(pieces.length)]);
      }
      String text = built.toString();
      for (String chunking : chunkings) {
        List<TextChunk> chunks = split(chunking, "", text);
        check(text, chunks, chunking);
      }
    }
  }

  private static void check(String text, List<TextChunk> chunks, String chunking) {
    int[] points = text.codePoints().toArray();
    BitSet covered = new BitSet();
    List<Integer> starts = new ArrayList<>();
    for (TextChunk chunk : chunks) {
      String slice = new String(points, chunk.start(), chunk.end() - chunk.start());
      assertThat(chunk.text()).as(chunking).isEqualTo(slice);
      covered.set(chunk.start(), chunk.end());
      starts.add(chunk.start());
    }
    assertThat(starts).as(chunking + " of " + text).isSorted().doesNotHaveDuplicates();
    for (int at = 0; at < points.length; at++) {
      boolean blank = Character.isWhitespace(points[at]) || Character.isSpaceChar(points[at]);
      assertThat(blank || covered.get(at)).as(chunking + " of " + text + " at " + at).isTrue();
    }
  }

  @Test
  void whatUsersWriteIsReadAndWritten() {
    for (String text : List.of("words:200,overlap:40", "sentences:5", "chars:1000", "paragraphs")) {
      assertThat(Chunking.parse(text)).hasToString(text);
    }
    assertThat(Chunking.parse(" Words:2 ")).isEqualTo(Chunking.words(2));
    for (String text :
        List.of("", "words", "lines:3", "words:-1", "words:2,overlap", "words:2;3")) {
      assertThatThrownBy(() -> Chunking.parse(text))
          .hasMessageContaining("expected words:N, sentences:N, chars:N or paragraphs");
    }
    assertThatThrownBy(() -> Chunking.parse("words:0"))
        .hasMessage("a chunk has at least 1 of its units, not 0");
    assertThatThrownBy(() -> Chunking.parse("words:5,overlap:5"))
        .hasMessage("chunks of 5 can overlap by 0 to 4, not by 5");
  }
}
