// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.benchmarks.loops.SentenceVectors;
import org.hubbeam.benchmarks.loops.Vectors;

/**
 * Vectors of length 1 for the search suites, made once: a folder with {@code vectors.npy}, {@code
 * ids.txt}, {@code queries.npy}, and {@code truth.npy} with the rows of the ten nearest of each
 * query, best first.
 */
final class VectorInputs {

  static final int DIMENSION = 128;
  static final int QUERIES = 2000;
  static final int K = 10;
  private static final int CENTRES = 500;
  private static final double NOISE = 0.6;

  private final Workplace place;

  VectorInputs(Workplace place) {
    this.place = place;
  }

  /** How vectors are spread. */
  enum Spread {
    /** Around 500 centres. */
    CLUSTERED,
    /** Evenly over all directions, which is the hardest. */
    UNIFORM;

    /** The name in files. */
    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The folder for this many vectors. */
  Path folder(Spread spread, long rows) throws IOException {
    Path folder = place.work().resolve("inputs/vectors-" + spread.word() + "-" + rows);
    if (!Files.exists(folder.resolve("truth.npy"))) {
      Files.createDirectories(folder);
      Random random = new Random(1);
      float[][] centres = new float[CENTRES][];
      for (int i = 0; i < CENTRES; i++) {
        centres[i] = normal(random);
      }
      float[][] vectors = drawn(Math.toIntExact(rows), spread, centres, random);
      float[][] queries =
          drawn((int) Math.min(QUERIES, Math.max(100, rows / 50)), spread, centres, random);
      write(folder, vectors, queries);
    }
    return folder;
  }

  /**
   * Vectors of real sentences: those of Tatoeba in ten languages and English, by the zoo's module
   * for sentences, each vector once.
   *
   * @throws Missing if they are not there
   */
  Path real() throws IOException {
    Path folder = place.work().resolve("inputs/vectors-tatoeba");
    if (!Files.exists(folder.resolve("truth.npy"))) {
      Path texts = place.shared().resolve("corpus/data/tatoeba");
      Path model = place.shared().resolve("zoo/nnlm");
      if (!Files.exists(texts) || !Files.exists(model)) {
        throw new Missing("there is no " + texts + " or no " + model);
      }
      Files.createDirectories(folder);
      List<float[]> all = new ArrayList<>(SentenceVectors.of(model, texts));
      Collections.shuffle(all, new Random(1));
      int queries = Math.min(QUERIES, all.size() / 10);
      write(
          folder,
          all.subList(queries, all.size()).toArray(float[][]::new),
          all.subList(0, queries).toArray(float[][]::new));
    }
    return folder;
  }

  /** How many vectors a folder has. */
  static long size(Path folder) throws IOException {
    try (Stream<String> ids = Files.lines(folder.resolve("ids.txt"))) {
      return ids.count();
    }
  }

  /** Writes all files of a folder. */
  static void write(Path folder, float[][] vectors, float[][] queries) throws IOException {
    npy(folder.resolve("vectors.npy"), vectors);
    npy(folder.resolve("queries.npy"), queries);
    Files.write(
        folder.resolve("ids.txt"),
        IntStream.range(0, vectors.length).mapToObj(Integer::toString).toList());
    npy(folder.resolve("truth.npy"), Vectors.nearest(vectors, queries, K));
  }

  private static float[][] drawn(int rows, Spread spread, float[][] centres, Random random) {
    float[][] all = new float[rows][];
    for (int i = 0; i < rows; i++) {
      float[] vector = normal(random);
      if (spread == Spread.CLUSTERED) {
        float[] centre = centres[random.nextInt(CENTRES)];
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] = (float) (centre[d] + NOISE * vector[d]);
        }
      }
      all[i] = Vectors.normalized(vector);
    }
    return all;
  }

  private static float[] normal(Random random) {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static void npy(Path file, float[][] rows) throws IOException {
    npy(
        file,
        "<f4",
        rows.length,
        rows[0].length,
        (at, buffer) -> {
          for (float value : rows[at]) {
            buffer.putFloat(value);
          }
        });
  }

  private static void npy(Path file, int[][] rows) throws IOException {
    npy(
        file,
        "<i4",
        rows.length,
        rows[0].length,
        (at, buffer) -> {
          for (int value : rows[at]) {
            buffer.putInt(value);
          }
        });
  }

  private interface Row {
    void put(int at, ByteBuffer buffer);
  }

  private static void npy(Path file, String type, int rows, int columns, Row row)
      throws IOException {
    String header =
        String.format(
            "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }", type, rows, columns);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
      String padded = header + " ".repeat(Vectors.HEADER - 10 - header.length() - 1) + "\n";
      out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
      out.writeShort(Short.reverseBytes((short) padded.length()));
      out.write(padded.getBytes(StandardCharsets.US_ASCII));
      ByteBuffer buffer = ByteBuffer.allocate(4 * columns).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < rows; i++) {
        buffer.clear();
        row.put(i, buffer);
        out.write(buffer.array());
      }
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
