// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** What NumPy gives for the steps: {@code vectors.json}, which {@code make_vectors.py} wrote. */
public final class NumpyVectors {

  private static final JsonNode ALL = read();

  private NumpyVectors() {}

  private static JsonNode read() {
    try (InputStream in = NumpyVectors.class.getResourceAsStream("vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers at a path. */
  public static float[] floats(String path) {
    JsonNode list = ALL.at(path);
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) list.get(i).asDouble();
    }
    return floats;
  }

  static int[] ints(String path) {
    JsonNode list = ALL.at(path);
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).asInt();
    }
    return ints;
  }

  /** The numbers at a path as rows of this shape. */
  public static Array.Dense dense(String path, long... row) {
    return dense(Values.of(floats(path)), row);
  }

  static Array.Dense dense(Values values, long... row) {
    List<Long> dims = new ArrayList<>();
    long size = 1;
    for (long dim : row) {
      dims.add(dim);
      size *= dim;
    }
    dims.add(0, values.size() / size);
    return new Array.Dense(dims, values);
  }
}
