// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;

/**
 * The entries of a vocabulary as lines of a file: without line feeds, which the file adds.
 *
 * @param dtype the type of the tokens, which decides the line of an empty vocabulary
 * @param scores whether lines have scores
 * @param numbers how scores are written
 * @param reservedTokens tokens that stand first, in their order, whether they occur or not
 */
@Internal
public record VocabularyLines(
    DType dtype, StoredScores scores, ScoreText numbers, List<String> reservedTokens)
    implements Serializable {

  private static final String DUMMY_TOKEN = "49d0cd50-04bb-48c0-bc6f-5b575dce351a";
  private static final byte[] SPACE = "__SPACE__".getBytes(StandardCharsets.US_ASCII);

  /** How a score is written. */
  public enum ScoreText {
    /** As a whole number: {@code 3}. */
    WHOLE,
    /** With a point: {@code 3.0}. */
    FLOAT,
    /** With a point, but nothing at all as {@code 0}: of information. */
    FLOAT_OR_ZERO
  }

  public VocabularyLines {
    reservedTokens = List.copyOf(reservedTokens);
    Set<String> distinct = new HashSet<>(reservedTokens);
    if (distinct.size() < reservedTokens.size()) {
      throw new IllegalArgumentException("reserved tokens repeat: " + reservedTokens);
    }
  }

  /** The lines before those of entries: of reserved tokens, whose score is -1. */
  private List<byte[]> first() {
    return reservedTokens.stream()
        .map(token -> line("-1", token.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /** The line of one entry. */
  private byte[] line(VocabularyEntry entry) {
    return line(scores == StoredScores.NONE ? "" : text(entry.score()), entry.token());
  }

  /**
   * The only line of a vocabulary without any other: tables cannot be empty. It is a token that
   * nobody has, or -1 for integers.
   */
  private byte[] dummy() {
    return line("1", (dtype == DType.STRING ? DUMMY_TOKEN : "-1").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * All lines of entries that are in their order; reserved tokens, which stand first already, have
   * no other.
   */
  public List<byte[]> lines(List<VocabularyEntry> entries) {
    List<byte[]> lines = new ArrayList<>(first());
    Set<ByteBuffer> reserved = new HashSet<>();
    for (String token : reservedTokens) {
      reserved.add(ByteBuffer.wrap(token.getBytes(StandardCharsets.UTF_8)));
    }
    for (VocabularyEntry entry : entries) {
      if (reserved.isEmpty() || !reserved.contains(ByteBuffer.wrap(entry.token()))) {
        lines.add(line(entry));
      }
    }
    return lines.isEmpty() ? List.of(dummy()) : lines;
  }

  private byte[] line(String score, byte[] token) {
    if (scores == StoredScores.NONE) {
      return token;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(token.length + 16);
    line.writeBytes(score.getBytes(StandardCharsets.US_ASCII));
    line.write(' ');
    for (byte b : token) {
      if (b == ' ' && scores == StoredScores.STORED_WITHOUT_BLANKS) {
        line.writeBytes(SPACE);
      } else {
        line.write(b);
      }
    }
    return line.toByteArray();
  }

  private String text(double score) {
    boolean nothing = numbers == ScoreText.FLOAT_OR_ZERO && score == 0;
    return numbers == ScoreText.WHOLE || nothing
        ? Long.toString((long) score)
        : PythonText.format(score);
  }
}
