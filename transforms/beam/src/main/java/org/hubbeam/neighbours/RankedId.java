// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hubbeam.search.RowId;

/**
 * A row as it is ordered among its duplicates: by its rank, then by its id.
 *
 * @param rank bytes in the order in which rows are kept, the first one first; not to be changed
 */
record RankedId(byte[] rank, RowId id) implements Comparable<RankedId> {

  @Override
  public int compareTo(RankedId other) {
    int order = Arrays.compareUnsigned(rank, other.rank);
    return order != 0 ? order : id.compareTo(other.id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RankedId r && r.id.equals(id) && Arrays.equals(r.rank, rank);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(rank.length);
    out.write(rank);
    writeId(out, id);
  }

  static RankedId read(DataInput in) throws IOException {
    byte[] rank = new byte[in.readInt()];
    in.readFully(rank);
    return new RankedId(rank, readId(in));
  }

  static void writeId(DataOutput out, RowId id) throws IOException {
    out.writeBoolean(id instanceof RowId.Number);
    if (id instanceof RowId.Number n) {
      out.writeLong(n.value());
    } else {
      byte[] text = id.toString().getBytes(StandardCharsets.UTF_8);
      out.writeInt(text.length);
      out.write(text);
    }
  }

  static RowId readId(DataInput in) throws IOException {
    if (in.readBoolean()) {
      return RowId.of(in.readLong());
    }
    byte[] text = new byte[in.readInt()];
    in.readFully(text);
    return RowId.of(new String(text, StandardCharsets.UTF_8));
  }
}
