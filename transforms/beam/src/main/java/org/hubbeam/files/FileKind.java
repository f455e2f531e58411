// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hubbeam.batch.Internal;
import org.hubbeam.tfrecord.Packing;
import org.hubbeam.tfrecord.TFRecordReader;
import org.hubbeam.tfrecord.Unpacking;

/**
 * What a file is, as far as its first bytes tell.
 *
 * @param content what can be made of it
 * @param name for messages: {@code a PNG picture}
 */
@Internal
public record FileKind(Content content, String name) {

  /** How many bytes are looked at. */
  static final int HEAD = 4096;

  private static final JsonFactory JSON = new JsonFactory();

  /** What is in a file. */
  public enum Content {
    NOTHING,
    TEXT,
    /** Text whose first line is, or begins, a JSON object. */
    JSON_LINES,
    TFRECORD,
    PICTURE,
    CLIP,
    SOUND,
    /** Bytes that tell nothing, and are no text in UTF-8. */
    BINARY,
    /** What no source reads. */
    OTHER
  }

  /** What has no bytes. */
  public static final FileKind EMPTY = new FileKind(Content.NOTHING, "an empty file");

  /** Whether it is read as text. */
  public boolean isText() {
    return content == Content.NOTHING || content == Content.TEXT || content == Content.JSON_LINES;
  }

  /**
   * The kind of a file, unpacked.
   *
   * @throws IOException where it cannot be read, or is packed and damaged
   */
  public static FileKind of(String file) throws IOException {
    Optional<FileKind> archive = ZipArchives.kind(file);
    if (archive.isPresent()) {
      return archive.get();
    }
    try (PushbackInputStream packed = ReadFiles.open(file)) {
      byte[] head = Packing.head(packed, Packing.HEAD);
      Packing packing = TFRecordReader.begins(head) ? Packing.NONE : Packing.ofText(head);
      try (InputStream in = new Unpacking(packed, packing)) {
        return of(in.readNBytes(HEAD));
      }
    }
  }

  /** The kind of a file with these first bytes, unpacked. */
  static FileKind of(byte[] head) {
    if (head.length == 0) {
      return EMPTY;
    }
    if (TFRecordReader.begins(head)) {
      return new FileKind(Content.TFRECORD, "a file of TFRecords");
    }
    Optional<ByteOrderMark> mark = ByteOrderMark.of(head);
    if (mark.isPresent()) {
      return text(head, mark.get());
    }
    Optional<FileKind> known = Signatures.find(head);
    return known.orElseGet(() -> withoutSignature(head));
  }

  /** The kind that a signature tells, of a file whose encoding is known not to be UTF-8. */
  static Optional<FileKind> bySignature(byte[] head) {
    return TFRecordReader.begins(head) ? Optional.of(of(head)) : Signatures.find(head);
  }

  private static FileKind text(byte[] head, ByteOrderMark mark) {
    String text =
        new String(
            head, mark.length(), head.length - mark.length(), Charset.forName(mark.charset()));
    return text(text, "text in " + mark.charset());
  }

  private static FileKind text(String text, String name) {
    return beginsLikeJsonLines(text)
        ? new FileKind(Content.JSON_LINES, "JSON lines")
        : new FileKind(Content.TEXT, name);
  }

  private static FileKind withoutSignature(byte[] head) {
    int nuls = 0;
    int nulsAtOdd = 0;
    int controls = 0;
    for (int i = 0; i < head.length; i++) {
      nuls += head[i] == 0 ? 1 : 0;
      nulsAtOdd += head[i] == 0 && (i & 1) == 1 ? 1 : 0;
      controls += isControl(head[i]) ? 1 : 0;
    }
    if (nuls > 0) {
      boolean wide = nuls > head.length / 4 && head.length % 2 == 0;
      String order = nulsAtOdd == nuls ? "LE" : nulsAtOdd == 0 ? "BE" : "";
      return wide && !order.isEmpty()
          ? binary(
              "text in UTF-16"
                  + order
                  + " without a byte order mark (--encoding=UTF-16"
                  + order
                  + ")")
          : binary("binary data");
    }
    return controls > head.length / 10
        ? binary("binary data")
        : text(new String(head, StandardCharsets.UTF_8), "text");
  }

  /** Whether a byte is a control character that text does not have. */
  private static boolean isControl(byte one) {
    boolean space = one >= '\b' && one <= '\r';
    boolean separator = one <= 3 || (one >= 0x1a && one <= 0x1f);
    return one >= 0 && one < ' ' && !space && !separator && one != 7;
  }

  /** Whether the first line that is not blank is a JSON object, as far as it is there. */
  private static boolean beginsLikeJsonLines(String text) {
    String begin = text.stripLeading();
    int end = begin.indexOf('\n');
    String line = end < 0 ? begin : begin.substring(0, end);
    if (!line.startsWith("{")) {
      return false;
    }
    int tokens = 0;
    try (JsonParser in = JSON.createParser(line)) {
      while (in.nextToken() != null) {
        tokens++;
        if (in.currentToken() == JsonToken.END_OBJECT && in.getParsingContext().inRoot()) {
          return in.nextToken() == null;
        }
      }
      return false;
    } catch (IOException e) {
      return end < 0 && tokens > 2;
    }
  }

  private static FileKind binary(String name) {
    return new FileKind(Content.BINARY, name);
  }
}
