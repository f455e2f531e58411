package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.util.ArrayDeque;

/**
 * Bytes as characters of the same number, without a byte order mark, and no more of them for one
 * record than allowed: an unclosed quote does not take all memory.
 */
final class CsvBytes extends Reader {

  /** Where in a record the last byte was. */
  private enum Place {
    CELL_START,
    CELL,
    QUOTED,
    QUOTE,
    RETURN
  }

  private static final int BUFFER = 1 << 16;

  private final PushbackInputStream in;
  private final int longest;
  private final byte[] buffer = new byte[BUFFER];
  private long read;
  private final ArrayDeque<Long> starts = new ArrayDeque<>();
  private Place place = Place.CELL_START;
  private long recordStart = -1;
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

  /** Tells that a record begins at this character, and that all before it are done. */
  void recordStart(long character) {
    recordStart = character;
    while (!starts.isEmpty() && starts.peek() <= character) {
      starts.remove();
    }
  }

  /** Where the last record began that was told of, as an offset in the file. */
  long recordOffset() {
    return recordStart < 0 ? 0 : recordStart + dropped;
  }

  /** Where the record begins that follows the last one that was told of. */
  long nextRecordOffset() {
    return recordStart < 0 || starts.isEmpty() ? recordOffset() : starts.peek() + dropped;
  }

  /** Remembers where records begin, among the bytes that have been read ahead. */
  private void find(int count) {
    for (int i = 0; i < count; i++) {
      int one = buffer[i];
      if (place == Place.RETURN) {
        starts.add(read + i + (one == '\n' ? 1 : 0));
        place = Place.CELL_START;
        if (one == '\n') {
          continue;
        }
      }
      if (place == Place.QUOTED) {
        place = one == '"' ? Place.QUOTE : Place.QUOTED;
      } else if (one == '\r') {
        place = Place.RETURN;
      } else if (one == '\n') {
        starts.add(read + i + 1);
        place = Place.CELL_START;
      } else if (one == ',') {
        place = Place.CELL_START;
      } else if (one == '"' && place != Place.CELL) {
        place = Place.QUOTED;
      } else {
        place = Place.CELL;
      }
    }
  }

  @Override
  public int read(char[] out, int from, int length) throws IOException {
    if (read - Math.max(recordStart, 0) > (long) longest + 2 * BUFFER) {
      throw new IOException(
          "a record of more than "
              + longest
              + " bytes, the most that is allowed; is a quote left open?");
    }
    int count = in.read(buffer, 0, Math.min(length, BUFFER));
    for (int i = 0; i < count; i++) {
      out[from + i] = (char) (buffer[i] & 0xff);
    }
    find(count);
    read += Math.max(count, 0);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
