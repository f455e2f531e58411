package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A reducer whose summary is a fixed number of counts. */
interface CountingReducer extends Reducer<FixedCounts> {

  /** The version of the encoded counts. */
  int VERSION = 1;

  /** How many counts there are. */
  int size();

  @Override
  default FixedCounts empty() {
    return new FixedCounts(size());
  }

  @Override
  default void merge(FixedCounts into, FixedCounts other) {
    into.merge(other);
  }

  @Override
  default void encode(FixedCounts summary, DataOutput out) throws IOException {
    Encoding.writeVersion(out, VERSION);
    summary.write(out);
  }

  @Override
  default FixedCounts decode(DataInput in) throws IOException {
    Encoding.readVersion(in, VERSION, describe());
    return FixedCounts.read(in, size());
  }
}
