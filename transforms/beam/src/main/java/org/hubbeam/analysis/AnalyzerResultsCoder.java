// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.SetCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.plan.AnalyzerResults;

/**
 * Encodes results of analyzers: the arrays as a batch of one row, then the files, then the phases
 * that refused rows.
 */
final class AnalyzerResultsCoder extends CustomCoder<AnalyzerResults> {
  private static final long serialVersionUID = 1;

  private static final AnalyzerResultsCoder INSTANCE = new AnalyzerResultsCoder();
  private static final StringUtf8Coder TEXT = StringUtf8Coder.of();
  private static final VarLongCoder NUMBER = VarLongCoder.of();
  private static final SetCoder<Integer> REFUSING = SetCoder.of(VarIntCoder.of());

  private AnalyzerResultsCoder() {}

  /** The coder. */
  public static AnalyzerResultsCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(AnalyzerResults value, OutputStream out) throws IOException {
    Map<String, Array> row = new LinkedHashMap<>();
    value
        .arrays()
        .forEach(
            (node, array) -> {
              List<Long> dims = new ArrayList<>(array.dims());
              dims.add(0, 1L);
              row.put(node, new Array.Dense(dims, array.values()));
            });
    BatchCoder.of().encode(new Batch(1, row, Batch.Origin.unknown(1)), out);
    VarIntCoder.of().encode(value.files().size(), out);
    for (Map.Entry<String, AnalyzerResults.File> file : value.files().entrySet()) {
      TEXT.encode(file.getKey(), out);
      TEXT.encode(file.getValue().name(), out);
      TEXT.encode(file.getValue().location(), out);
      NUMBER.encode(file.getValue().size().unfiltered(), out);
      NUMBER.encode(file.getValue().size().kept(), out);
    }
    REFUSING.encode(value.refusing(), out);
  }

  @Override
  public AnalyzerResults decode(InputStream in) throws IOException {
    Map<String, Array.Dense> arrays = new LinkedHashMap<>();
    BatchCoder.of()
        .decode(in)
        .columns()
        .forEach(
            (node, array) ->
                arrays.put(
                    node,
                    new Array.Dense(array.dims().subList(1, array.dims().size()), array.values())));
    Map<String, AnalyzerResults.File> files = new LinkedHashMap<>();
    int count = VarIntCoder.of().decode(in);
    for (int i = 0; i < count; i++) {
      files.put(
          TEXT.decode(in),
          new AnalyzerResults.File(
              TEXT.decode(in),
              TEXT.decode(in),
              new AnalyzerResults.Size(NUMBER.decode(in), NUMBER.decode(in))));
    }
    return new AnalyzerResults(arrays, files, REFUSING.decode(in));
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public TypeDescriptor<AnalyzerResults> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(AnalyzerResults.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AnalyzerResultsCoder;
  }

  @Override
  public int hashCode() {
    return AnalyzerResultsCoder.class.hashCode();
  }
}
