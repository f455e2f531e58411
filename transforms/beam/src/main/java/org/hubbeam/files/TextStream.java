// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hubbeam.tfrecord.Packing;
import org.hubbeam.tfrecord.Unpacking;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file of text as UTF-8, whatever it is packed with and encoded in. A byte order
 * mark decides about the encoding, else {@link TextOptions#encoding}.
 *
 * <p>Not for several threads.
 */
final class TextStream extends InputStream {

  /** A file that is no text. */
  static final class NotTextException extends IOException {
    private static final long serialVersionUID = 1;

    NotTextException(String reason) {
      super(reason);
    }
  }

  private final InputStream in;
  private final String encoding;
  private final @Nullable Transcoder transcoder;

  private TextStream(InputStream in, String encoding, @Nullable Transcoder transcoder) {
    this.in = in;
    this.encoding = encoding;
    this.transcoder = transcoder;
  }

  /**
   * Opens a file.
   *
   * @param file from its beginning
   * @throws NotTextException when it holds no text; the message says what it is
   */
  static TextStream open(InputStream file, TextOptions options) throws IOException {
    PushbackInputStream packed = new PushbackInputStream(file, Packing.HEAD);
    Packing packing = Packing.ofText(Packing.head(packed, Packing.HEAD));
    InputStream unpacked = new Unpacking(packed, packing);
    PushbackInputStream in = new PushbackInputStream(unpacked, FileKind.HEAD);
    byte[] head = Packing.head(in, FileKind.HEAD);
    Optional<ByteOrderMark> mark = ByteOrderMark.of(head);
    checkText(head, mark.isPresent() ? TextOptions.DEFAULT : options);
    if (mark.isPresent() && mark.get() != ByteOrderMark.UTF_8) {
      in.skipNBytes(mark.get().length());
      return transcoding(in, Charset.forName(mark.get().charset()), mark.get().length());
    }
    return mark.isPresent() || options.isUtf8()
        ? plain(in)
        : transcoding(in, options.encoding().orElseThrow(), 0);
  }

  /**
   * The text of a file, or of a part that does not begin it, which is plain.
   *
   * @param in stands where the part begins
   */
  static TextStream open(FileRange range, InputStream in, TextOptions options) throws IOException {
    return range.from() > 0 ? plain(in) : open(in, options);
  }

  private static TextStream plain(InputStream in) {
    return new TextStream(in, "UTF-8", null);
  }

  private static TextStream transcoding(InputStream in, Charset charset, int mark) {
    Transcoder transcoder = new Transcoder(in, charset, mark);
    return new TextStream(transcoder, charset.name(), transcoder);
  }

  /** Whether a file with these first bytes is UTF-8 as it lies, so that it can be cut. */
  static boolean isPlain(byte[] head, TextOptions options) {
    Optional<ByteOrderMark> mark = ByteOrderMark.of(head);
    boolean utf8 = mark.isPresent() ? mark.get() == ByteOrderMark.UTF_8 : options.isUtf8();
    return utf8 && Packing.ofText(head) == Packing.NONE;
  }

  private static void checkText(byte[] head, TextOptions options) throws NotTextException {
    Optional<FileKind> other =
        options.encoding().isEmpty()
            ? Optional.of(FileKind.of(head)).filter(kind -> !kind.isText())
            : FileKind.bySignature(head);
    if (other.isPresent()) {
      throw new NotTextException("no text, but " + other.get().name());
    }
    String name = options.encoding().orElse(StandardCharsets.UTF_8).name();
    if (head.length > 0 && (name.equals("UTF-16") || name.equals("UTF-32"))) {
      throw new NotTextException(
          name
              + " without a byte order mark; the encoding "
              + name
              + "LE or "
              + name
              + "BE tells the order");
    }
  }

  /** Why a line with bytes that are no text is refused, of which the first is here. */
  String encodingFault(long offset) {
    return "the bytes at offset "
        + inFile(offset)
        + " are no "
        + encoding
        + (transcoder == null ? "; another encoding must be named (--encoding)" : "");
  }

  /** Why a file is given up. */
  static String fault(IOException e) {
    return e instanceof NotTextException
        ? String.valueOf(e.getMessage())
        : "the packed data are damaged or cut off: " + e.getMessage();
  }

  /**
   * The place in the (unpacked) file of a place in this stream where a line or a fault begins; only
   * in their order.
   */
  long inFile(long offset) {
    return transcoder == null ? offset : transcoder.inFile(offset);
  }

  @Override
  public int read() throws IOException {
    return in.read();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return in.read(bytes, from, length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
