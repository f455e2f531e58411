// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.search.Hit;
import org.hubbeam.search.Metric;

/**
 * The neighbours of the rows of a batch.
 *
 * @param rows for each row, the nearest first
 */
record BatchNeighbours(List<List<Hit>> rows) {

  /** Those of both, of which at most k are left for each row. */
  static BatchNeighbours merged(List<BatchNeighbours> parts, Metric metric, int k) {
    Comparator<Hit> score = Comparator.comparingDouble(Hit::score);
    Comparator<Hit> nearest =
        (metric.isLargerNearer() ? score.reversed() : score).thenComparing(Hit::id);
    List<List<Hit>> merged = new ArrayList<>();
    for (int row = 0; row < parts.get(0).rows.size(); row++) {
      int at = row;
      merged.add(
          parts.stream()
              .flatMap(part -> part.rows.get(at).stream())
              .distinct()
              .sorted(nearest)
              .limit(k)
              .toList());
    }
    return new BatchNeighbours(merged);
  }

  /** The batch with the columns of the neighbours. */
  Batch addTo(Batch batch) {
    List<String> ids = new ArrayList<>();
    int[] splits = new int[rows.size() + 1];
    for (int row = 0; row < rows.size(); row++) {
      rows.get(row).forEach(hit -> ids.add(hit.id().toString()));
      splits[row + 1] = ids.size();
    }
    float[] scores = new float[ids.size()];
    int at = 0;
    for (List<Hit> row : rows) {
      for (Hit hit : row) {
        scores[at++] = (float) hit.score();
      }
    }
    return batch
        .with(
            NearestNeighbours.NEIGHBOURS,
            Array.Ragged.of(Values.of(ids.toArray(String[]::new)), splits))
        .with(NearestNeighbours.SCORES, Array.Ragged.of(Values.of(scores), splits));
  }

  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(rows.size());
    for (List<Hit> row : rows) {
      out.writeInt(row.size());
      for (Hit hit : row) {
        RankedId.writeId(out, hit.id());
        out.writeDouble(hit.score());
      }
    }
    return bytes.toByteArray();
  }

  static BatchNeighbours decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<List<Hit>> rows = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      List<Hit> row = new ArrayList<>();
      for (int more = in.readInt(); more > 0; more--) {
        row.add(new Hit(RankedId.readId(in), in.readDouble(), Map.of()));
      }
      rows.add(row);
    }
    return new BatchNeighbours(rows);
  }
}
