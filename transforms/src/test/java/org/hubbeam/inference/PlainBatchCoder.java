package org.hubbeam.inference;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** Batches of dense columns, for tests of this package alone. */
final class PlainBatchCoder extends AtomicCoder<Batch> {
  private static final long serialVersionUID = 1;

  @Override
  public void encode(Batch batch, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(batch.rows());
    out.writeUTF(batch.origin().source());
    for (long record : batch.origin().records()) {
      out.writeLong(record);
    }
    out.writeInt(batch.columns().size());
    for (Map.Entry<String, Array> column : batch.columns().entrySet()) {
      out.writeUTF(column.getKey());
      out.writeUTF(column.getValue().dtype().toString());
      out.writeInt(column.getValue().dims().size());
      for (long dim : column.getValue().dims()) {
        out.writeLong(dim);
      }
      if (column.getValue().values() instanceof Values.Strings strings) {
        out.writeInt(strings.size());
        for (int i = 0; i < strings.size(); i++) {
          write(strings.get(i), out);
        }
      } else {
        write(((Values.Numbers) column.getValue().values()).bytes(), out);
      }
    }
  }

  @Override
  public Batch decode(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int rows = in.readInt();
    String source = in.readUTF();
    long[] records = new long[rows];
    for (int i = 0; i < rows; i++) {
      records[i] = in.readLong();
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      String name = in.readUTF();
      DType dtype = DType.of(in.readUTF());
      List<Long> dims = new ArrayList<>();
      for (int k = in.readInt(); k > 0; k--) {
        dims.add(in.readLong());
      }
      columns.put(name, new Array.Dense(dims, values(dtype, in)));
    }
    return new Batch(rows, columns, new Batch.Origin(source, records));
  }

  private static Values values(DType dtype, DataInputStream in) throws IOException {
    if (dtype != DType.STRING) {
      return new Values.Numbers(dtype, in.readNBytes(in.readInt()));
    }
    List<byte[]> strings = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      strings.add(in.readNBytes(in.readInt()));
    }
    return Values.ofBytes(strings);
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
