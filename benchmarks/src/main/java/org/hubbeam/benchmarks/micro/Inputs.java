// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** What benchmarks work on: made of a seed, the same in every run. */
public final class Inputs {

  /** How many floats a vector has. */
  public static final int WIDTH = 128;

  private static final int TEXT = 60;

  /** The numbers of the census records ("adult") and their ranges. */
  private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();

  /** The categories of the census records and how many there are. */
  private static final Map<String, Integer> CATEGORIES = new LinkedHashMap<>();

  static {
    NUMBERS.put("age", 90);
    NUMBERS.put("fnlwgt", 1_000_000);
    NUMBERS.put("education-num", 16);
    NUMBERS.put("capital-gain", 100_000);
    NUMBERS.put("capital-loss", 4_000);
    NUMBERS.put("hours-per-week", 99);
    CATEGORIES.put("workclass", 9);
    CATEGORIES.put("education", 16);
    CATEGORIES.put("marital-status", 7);
    CATEGORIES.put("occupation", 15);
    CATEGORIES.put("relationship", 6);
    CATEGORIES.put("race", 5);
    CATEGORIES.put("sex", 2);
    CATEGORIES.put("native-country", 42);
    CATEGORIES.put("label", 2);
  }

  private Inputs() {}

  /** Texts of 60 bytes. */
  public static Values.Strings texts(int count) {
    Random random = new Random(1);
    byte[] bytes = new byte[TEXT * count];
    int[] offsets = new int[count + 1];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(6) == 0 ? ' ' : 'a' + random.nextInt(26));
    }
    for (int i = 0; i <= count; i++) {
      offsets[i] = i * TEXT;
    }
    return new Values.Strings(bytes, offsets);
  }

  /** The same texts as lines of a file. */
  public static byte[] lines(int count) {
    Values.Strings texts = texts(count);
    byte[] lines = new byte[(TEXT + 1) * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(texts.bytes(), i * TEXT, lines, i * (TEXT + 1), TEXT);
      lines[i * (TEXT + 1) + TEXT] = '\n';
    }
    return lines;
  }

  /** Vectors of 128 floats. */
  public static Array.Dense vectors(int count) {
    Random random = new Random(2);
    float[] floats = new float[count * WIDTH];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return new Array.Dense(List.of((long) count, (long) WIDTH), Values.of(floats));
  }

  /** A text and its vector in each row, as {@code embed} writes them. */
  public static Batch embedded(int rows) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", Array.Dense.vector(texts(rows)));
    columns.put("vector", vectors(rows));
    return Batch.of(columns);
  }

  /** The names of the census records' numbers. */
  public static List<String> numbers() {
    return List.copyOf(NUMBERS.keySet());
  }

  /** The names of the census records' categories. */
  public static List<String> categories() {
    return List.copyOf(CATEGORIES.keySet());
  }

  /** The columns of census records. */
  public static BatchSchema censusSchema() {
    return new BatchSchema(
        census(1).columns().entrySet().stream()
            .map(c -> new ArraySpec(c.getKey(), type(c.getKey()), Shape.of(-1), Layout.DENSE))
            .toList());
  }

  private static DType type(String column) {
    return NUMBERS.containsKey(column) ? DType.FLOAT32 : DType.STRING;
  }

  /** Census records. */
  public static Batch census(int rows) {
    Random random = new Random(3);
    Map<String, Array> columns = new LinkedHashMap<>();
    NUMBERS.forEach(
        (name, range) -> {
          float[] values = new float[rows];
          for (int i = 0; i < rows; i++) {
            values[i] = random.nextInt(range);
          }
          columns.put(name, Array.Dense.vector(Values.of(values)));
        });
    CATEGORIES.forEach(
        (name, count) -> {
          String[] values = new String[rows];
          for (int i = 0; i < rows; i++) {
            values[i] = name + "-" + random.nextInt(count);
          }
          columns.put(name, Array.Dense.vector(Values.of(values)));
        });
    return Batch.of(columns);
  }

  /** One census record as Java's own values. */
  public static Map<String, Object> censusRow() {
    Map<String, Object> row = new LinkedHashMap<>();
    census(1)
        .columns()
        .forEach(
            (name, array) ->
                row.put(
                    name,
                    array.values() instanceof Values.Strings texts
                        ? texts.text(0)
                        : array.values().get(0)));
    return row;
  }

  /** Census records as CSV with a header. */
  public static byte[] censusCsv(int rows) {
    Batch batch = census(rows);
    StringBuilder csv = new StringBuilder(String.join(",", batch.columns().keySet())).append('\n');
    for (int row = 0; row < rows; row++) {
      String comma = "";
      for (Array column : batch.columns().values()) {
        csv.append(comma);
        if (column.values() instanceof Values.Numbers numbers) {
          csv.append((int) numbers.getFloat(row));
        } else {
          csv.append(((Values.Strings) column.values()).text(row));
        }
        comma = ",";
      }
      csv.append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Words, of which few are frequent and many rare. */
  public static Values.Strings words(int count, int different) {
    Random random = new Random(4);
    String[] words = new String[count];
    for (int i = 0; i < count; i++) {
      double uniform = random.nextDouble();
      words[i] = "word" + (int) (different * uniform * uniform * uniform);
    }
    return Values.of(words);
  }
}
