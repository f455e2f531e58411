// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Rows of zeros, for texts that are not worth a call. */
final class Zeros {

  private Zeros() {}

  /**
   * A batch of zeros.
   *
   * @param specs the outputs as declared
   * @param like outputs that the function gave for other rows; null when there are none
   * @param origin of the rows
   * @throws IllegalArgumentException when an output is not dense numbers of a known row shape
   */
  static Batch like(List<ArraySpec> specs, @Nullable Batch like, Batch.Origin origin) {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (ArraySpec spec : specs) {
      Array known = like == null ? null : like.columns().get(spec.name());
      ArraySpec seen = known == null ? spec : known.spec(spec.name());
      if (seen.layout() != Layout.DENSE
          || seen.dtype() == DType.STRING
          || !seen.shape().row().isFull()) {
        throw new IllegalArgumentException("there are no zeros for the output " + seen);
      }
      List<Long> dims = new ArrayList<>(seen.shape().row().dims());
      dims.add(0, (long) origin.rows());
      long size = dims.stream().mapToLong(d -> d).reduce(1, Math::multiplyExact);
      byte[] zeros = new byte[Math.toIntExact(size * seen.dtype().bytes())];
      columns.put(spec.name(), new Array.Dense(dims, new Values.Numbers(seen.dtype(), zeros)));
    }
    return new Batch(origin.rows(), columns, origin);
  }
}
