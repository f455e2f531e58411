// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.hubbeam.reducer.TokenStats;

/** Encodes the counts of a token. */
final class TokenStatsCoder extends CustomCoder<TokenStats> {
  private static final long serialVersionUID = 1;

  static final TokenStatsCoder INSTANCE = new TokenStatsCoder();

  private TokenStatsCoder() {}

  @Override
  public void encode(TokenStats value, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    value.encode(data);
    data.flush();
  }

  @Override
  public TokenStats decode(InputStream in) throws IOException {
    return TokenStats.decode(new DataInputStream(in));
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenStatsCoder;
  }

  @Override
  public int hashCode() {
    return TokenStatsCoder.class.hashCode();
  }
}
