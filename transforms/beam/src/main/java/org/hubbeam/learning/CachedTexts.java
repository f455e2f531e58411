// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;

/**
 * Texts for an encoder in TFRecord files, wherever these are.
 *
 * @param files their names
 */
record CachedTexts(List<String> files) {

  private static final int ROWS = 1024;

  /**
   * Some rows, of one file that was read.
   *
   * @param second the other texts of pairs; empty where there are none
   * @param file the name of the file, without its folder
   * @param vectors one behind the other; empty where there are none
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  record Rows(
      Values.Strings first,
      Values.Strings second,
      Values.Strings ids,
      String file,
      float[] vectors) {}

  /** Takes rows. */
  interface Taker {
    void take(Rows rows) throws IOException;
  }

  /** Passes all rows. */
  void read(Taker taker) throws IOException {
    Pending pending = new Pending(taker);
    new CachedRows(files)
        .read(
            (in, file) ->
                pending.add(
                    Example.parseFrom(
                        ByteString.copyFrom(in.buffer(), in.start(), in.end() - in.start()))));
    pending.flush();
  }

  /** Rows that are not passed yet. */
  private static final class Pending {
    private final Taker taker;
    private final List<byte[]> first = new ArrayList<>();
    private final List<byte[]> second = new ArrayList<>();
    private final List<byte[]> ids = new ArrayList<>();
    private final List<Feature> vectors = new ArrayList<>();
    private String file = "";

    Pending(Taker taker) {
      this.taker = taker;
    }

    void add(Example example) throws IOException {
      byte[] id = text(example, TextRows.ID);
      String from = file(new String(id, StandardCharsets.UTF_8));
      Feature vector =
          example
              .getFeatures()
              .getFeatureOrDefault(FeatureColumns.VECTOR, Feature.getDefaultInstance());
      if (first.size() == ROWS || !from.equals(file) || width() != width(vector)) {
        flush();
      }
      file = from;
      ids.add(id);
      first.add(text(example, TextRows.FIRST));
      second.add(text(example, TextRows.SECOND));
      vectors.add(vector);
    }

    private int width() {
      return vectors.isEmpty() ? 0 : width(vectors.get(0));
    }

    private static int width(Feature vector) {
      return vector.getFloatList().getValueCount();
    }

    private static byte[] text(Example example, String column) {
      Feature feature =
          example.getFeatures().getFeatureOrDefault(column, Feature.getDefaultInstance());
      return feature.getBytesList().getValueCount() == 0
          ? new byte[0]
          : feature.getBytesList().getValue(0).toByteArray();
    }

    /** The name of the file in {@code folder/file@offset}. */
    private static String file(String id) {
      String path = id.replaceFirst("@[0-9]+$", "");
      return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    void flush() throws IOException {
      if (first.isEmpty()) {
        return;
      }
      int width = width();
      float[] all = new float[width * vectors.size()];
      for (int i = 0; i < vectors.size(); i++) {
        for (int d = 0; d < width; d++) {
          all[i * width + d] = vectors.get(i).getFloatList().getValue(d);
        }
      }
      taker.take(
          new Rows(Values.ofBytes(first), Values.ofBytes(second), Values.ofBytes(ids), file, all));
      first.clear();
      second.clear();
      ids.clear();
      vectors.clear();
    }
  }
}
