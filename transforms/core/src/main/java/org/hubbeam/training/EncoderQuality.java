// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * How good the module of an encoder, or its teacher, is, measured on at most 1,000 texts: held-out
 * ones where there are any.
 *
 * @param bytes the size of its files
 * @param texts on how many texts it was measured
 * @param textsPerSecond how fast it is here, in calls of all these texts, or of 16 where that would
 *     take more than five seconds
 * @param teacher how near its vectors are to those of its teacher; null without one
 */
public record EncoderQuality(
    long bytes, int texts, double textsPerSecond, @Nullable Nearness teacher)
    implements Serializable {

  /** How many neighbours are compared. */
  public static final int NEIGHBOURS = 10;

  private static final double SECONDS = 0.5;
  private static final double LONGEST_CALL = 5;
  private static final int FEW = 16;

  /**
   * How near vectors are to those of a teacher.
   *
   * @param cosine the mean cosine of a text's two vectors
   * @param sharedNeighbours the mean part of the ten nearest among these texts that are among the
   *     ten nearest by the teacher's vectors, too
   */
  public record Nearness(double cosine, double sharedNeighbours) implements Serializable {}

  /** Measures a module with the texts of pairs. */
  public static EncoderQuality of(Path module, TextPairs pairs, Split split) throws IOException {
    return of(module, pairs.sample().of(split), null);
  }

  /** Measures a module with the texts and vectors of its teacher. */
  public static EncoderQuality of(Path module, TaughtTexts texts, Split split) throws IOException {
    return of(module, texts.sample().of(split), texts);
  }

  /** Calls a module with texts. */
  public interface Caller {
    void call(Values.Strings texts);
  }

  /**
   * Measures a teacher with its texts.
   *
   * @param folder the module
   * @param caller calls it
   */
  public static EncoderQuality ofTeacher(Path folder, Caller caller, TaughtTexts texts, Split split)
      throws IOException {
    List<TextSample.Text> sample = texts.sample().of(split);
    return new EncoderQuality(size(folder), sample.size(), speed(caller, sample), null);
  }

  private static EncoderQuality of(
      Path folder, List<TextSample.Text> sample, @Nullable TaughtTexts teacher) throws IOException {
    Values.Strings texts = strings(sample);
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      ModuleFunction function = module.function(FunctionChoice.of("serving_default"));
      float[] vectors = call(function, texts);
      return new EncoderQuality(
          size(folder),
          texts.size(),
          speed(given -> call(function, given), sample),
          teacher == null ? null : nearness(sample, vectors, teacher));
    }
  }

  private static Values.Strings strings(List<TextSample.Text> sample) {
    return Values.ofBytes(sample.stream().map(TextSample.Text::bytes).toList());
  }

  /** Texts a second, after a first call. */
  private static double speed(Caller caller, List<TextSample.Text> sample) {
    Values.Strings few = strings(sample.subList(0, Math.min(FEW, sample.size())));
    caller.call(few);
    long begin = System.nanoTime();
    caller.call(few);
    double all = seconds(begin) * sample.size() / few.size();
    Values.Strings texts = all > LONGEST_CALL ? few : strings(sample);
    caller.call(texts);
    long start = System.nanoTime();
    long called = 0;
    while (called == 0 || seconds(start) < SECONDS) {
      caller.call(texts);
      called += texts.size();
    }
    return called / seconds(start);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static float[] call(ModuleFunction function, Values.Strings texts) {
    Map<String, Array> given =
        function.call(Map.of(TextEncoderModule.SENTENCES, Array.Dense.vector(texts)));
    return ((Values.Numbers) given.values().iterator().next().values()).toFloats();
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.toRealPath())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static Nearness nearness(
      List<TextSample.Text> sample, float[] vectors, TaughtTexts teacher) {
    int size = sample.size();
    int width = teacher.dimension();
    float[] wanted = new float[size * width];
    double cosines = 0;
    for (int i = 0; i < size; i++) {
      float[] vector = teacher.vector(sample.get(i).number());
      System.arraycopy(vector, 0, wanted, i * width, width);
      cosines += UnitRows.dot(wanted, i * width, vectors, i * width, width);
    }
    double shared = 0;
    for (int i = 0; i < size; i++) {
      Set<Integer> both = nearest(vectors, i, width);
      both.retainAll(nearest(wanted, i, width));
      shared += both.size();
    }
    int most = Math.max(1, Math.min(NEIGHBOURS, size - 1));
    return new Nearness(cosines / size, shared / size / most);
  }

  /** The nearest other rows to a row. */
  private static Set<Integer> nearest(float[] vectors, int row, int width) {
    int size = vectors.length / width;
    List<Integer> others = new ArrayList<>();
    float[] cosines = new float[size];
    for (int i = 0; i < size; i++) {
      cosines[i] = UnitRows.dot(vectors, row * width, vectors, i * width, width);
      if (i != row) {
        others.add(i);
      }
    }
    others.sort((a, b) -> Float.compare(cosines[b], cosines[a]));
    return new HashSet<>(others.subList(0, Math.min(NEIGHBOURS, others.size())));
  }
}
