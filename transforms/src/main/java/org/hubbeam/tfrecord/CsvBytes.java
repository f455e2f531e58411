package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;

/**
 * Bytes as characters of the same number, without a byte order mark, and no more of them for one
 * record than allowed: an unclosed quote does not take all memory.
 */
final class CsvBytes extends Reader {

  private static final int BUFFER = 1 << 16;

  private final PushbackInputStream in;
  private final int longest;
  private final byte[] buffer = new byte[BUFFER];
  private long read;
  private long recordStart;
  private int dropped;

  CsvBytes(InputStream in, int longest) throws IOException {
    this.in = new PushbackInputStream(in, 3);
    this.longest = longest;
    byte[] head = Compression.head(this.in, 3);
    if (head.length == 3
        && (head[0] & 0xff) == 0xef
        && (head[1] & 0xff) == 0xbb
        && (head[2] & 0xff) == 0xbf) {
      Compression.skip(this.in, 3);
      dropped = 3;
    }
  }

  /** The bytes of the file before the first character: those of a byte order mark. */
  int dropped() {
    return dropped;
  }

  /** Tells that all records before this character are done. */
  void recordStart(long character) {
    recordStart = character;
  }

  /** Where the last record began that was told of, as an offset in the file. */
  long recordOffset() {
    return recordStart + dropped;
  }

  @Override
  public int read(char[] out, int from, int length) throws IOException {
    if (read - recordStart > (long) longest + 2 * BUFFER) {
      throw new IOException(
          "a record of more than "
              + longest
              + " bytes, the most that is allowed; is a quote left open?");
    }
    int count = in.read(buffer, 0, Math.min(length, BUFFER));
    for (int i = 0; i < count; i++) {
      out[from + i] = (char) (buffer[i] & 0xff);
    }
    read += Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
