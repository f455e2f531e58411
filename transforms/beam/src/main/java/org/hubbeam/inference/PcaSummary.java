// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.CoMoments;
import org.hubbeam.reducer.PrincipalComponents;
import org.hubbeam.vectors.Projection;
import org.hubbeam.vectors.ProjectionMatrix;
import org.jspecify.annotations.Nullable;

/**
 * What is known of vectors for their principal components; the first ones tell their length. For
 * one thread.
 */
final class PcaSummary {

  private final Projection.Pca settings;
  private @Nullable State state;

  PcaSummary(Projection.Pca settings) {
    this.settings = settings;
  }

  /** The moments of the vectors so far, which the reducer changes in place. */
  private record State(int length, PrincipalComponents reducer, CoMoments moments) {}

  /** Whether there was no vector yet. */
  boolean isEmpty() {
    return state == null;
  }

  /**
   * Adds vectors.
   *
   * @param vectors float32, {@code [?, d]}
   * @throws IllegalArgumentException when d is another than before, or less than the components
   */
  void add(Array.Dense vectors) {
    if (vectors.rows() == 0) {
      return;
    }
    if (state == null) {
      PrincipalComponents reducer = reducer(settings, vectors.rowSize());
      state = new State(vectors.rowSize(), reducer, reducer.empty());
    }
    state.reducer.add(state.moments, List.of(vectors));
  }

  private static PrincipalComponents reducer(Projection.Pca settings, int length) {
    return new PrincipalComponents(DType.FLOAT32, length, settings.dims(), DType.FLOAT32);
  }

  /** Adds what another has, which is not to be used afterwards. */
  void merge(PcaSummary other) {
    if (other.state == null) {
      return;
    }
    if (state == null) {
      state = other.state;
    } else if (state.length != other.state.length) {
      throw new IllegalArgumentException(
          "vectors of "
              + state.length
              + " and of "
              + other.state.length
              + " numbers have no common components");
    } else {
      state.reducer.merge(state.moments, other.state.moments);
    }
  }

  /**
   * The projection on the components.
   *
   * @throws IllegalStateException when there was no vector
   */
  ProjectionMatrix finish() {
    if (state == null) {
      throw new IllegalStateException("there was no vector");
    }
    List<Array.Dense> found = state.reducer.finish(state.moments);
    return new ProjectionMatrix(floats(found.get(0)), floats(found.get(1)));
  }

  private static float[] floats(Array.Dense array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(state == null ? 0 : state.length);
    if (state != null) {
      state.reducer.encode(state.moments, out);
    }
    return bytes.toByteArray();
  }

  static PcaSummary decode(Projection.Pca settings, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    PcaSummary summary = new PcaSummary(settings);
    int length = in.readInt();
    if (length > 0) {
      PrincipalComponents reducer = reducer(settings, length);
      summary.state = new State(length, reducer, reducer.decode(in));
    }
    return summary;
  }
}
