// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Internal;

/** The coder of failures, which Beam infers for every {@code PCollection} of them. */
@Internal
public final class FailureCoder extends AtomicCoder<Failure> {

  private static final StringUtf8Coder TEXT = StringUtf8Coder.of();
  private static final VarLongCoder LINE = VarLongCoder.of();
  private static final FailureCoder INSTANCE = new FailureCoder();

  private FailureCoder() {}

  /** The coder. */
  public static FailureCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Failure value, OutputStream out) throws IOException {
    TEXT.encode(value.id(), out);
    TEXT.encode(value.column(), out);
    TEXT.encode(value.module(), out);
    TEXT.encode(value.function(), out);
    TEXT.encode(value.reason(), out);
    LINE.encode(value.line(), out);
  }

  @Override
  public Failure decode(InputStream in) throws IOException {
    return new Failure(
        TEXT.decode(in),
        TEXT.decode(in),
        TEXT.decode(in),
        TEXT.decode(in),
        TEXT.decode(in),
        LINE.decode(in));
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public TypeDescriptor<Failure> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(Failure.class);
  }
}
