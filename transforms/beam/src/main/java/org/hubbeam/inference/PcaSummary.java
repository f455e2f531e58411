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

/**
 * What is known of vectors for their principal components; the first ones tell their length. For
 * one thread.
 */
final class PcaSummary {

  private final Projection.Pca settings;
  private int length;
  private PrincipalComponents reducer;
  private CoMoments moments;

  PcaSummary(Projection.Pca settings) {
    this.settings = settings;
  }

  /** Whether there was no vector yet. */
  boolean isEmpty() {
    return reducer == null;
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
    if (isEmpty()) {
      start(vectors.rowSize());
    }
    reducer.add(moments, List.of(vectors));
  }

  private void start(int cells) {
    length = cells;
    reducer = new PrincipalComponents(DType.FLOAT32, cells, settings.dims(), DType.FLOAT32);
    moments = reducer.empty();
  }

  /** Adds what another has, which is not to be used afterwards. */
  void merge(PcaSummary other) {
    if (other.isEmpty()) {
      return;
    }
    if (isEmpty()) {
      length = other.length;
      reducer = other.reducer;
      moments = other.moments;
    } else if (length != other.length) {
      throw new IllegalArgumentException(
          "vectors of "
              + length
              + " and of "
              + other.length
              + " numbers have no common components");
    } else {
      reducer.merge(moments, other.moments);
    }
  }

  /**
   * The projection on the components.
   *
   * @throws IllegalStateException when there was no vector
   */
  ProjectionMatrix finish() {
    if (isEmpty()) {
      throw new IllegalStateException("there was no vector");
    }
    List<Array.Dense> found = reducer.finish(moments);
    return new ProjectionMatrix(floats(found.get(0)), floats(found.get(1)));
  }

  private static float[] floats(Array.Dense array) {
    return ((Values.Numbers) array.values()).toFloats();
  }

  byte[] encode() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(length);
    if (!isEmpty()) {
      reducer.encode(moments, out);
    }
    return bytes.toByteArray();
  }

  static PcaSummary decode(Projection.Pca settings, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    PcaSummary summary = new PcaSummary(settings);
    int length = in.readInt();
    if (length > 0) {
      summary.start(length);
      summary.moments = summary.reducer.decode(in);
    }
    return summary;
  }
}
