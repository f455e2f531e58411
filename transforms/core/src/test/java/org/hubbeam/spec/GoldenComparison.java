// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.AnalyzerResults;

/** Compares what was found with what a golden case expects. */
public final class GoldenComparison {

  private final JsonNode expected;
  private final double tolerance;
  private final boolean signless;
  private final SoftAssertions softly = new SoftAssertions();

  /**
   * For a case.
   *
   * @param golden the case, with what it expects
   */
  public GoldenComparison(JsonNode golden) {
    this.expected = golden.get("expected");
    String text = golden.toString();
    this.tolerance = text.contains("\"tukey_") || text.contains("scale_to_gaussian") ? 1e-4 : 1e-5;
    this.signless = text.contains("\"pca\"");
  }

  /** Throws what was collected. */
  public void finish() {
    softly.assertAll();
  }

  /** Rows, one by one. */
  public void rows(String part, Batch found) {
    if (!expected.has(part)) {
      return;
    }
    JsonNode wanted = expected.get(part);
    softly.assertThat(found.rows()).as(part).isEqualTo(wanted.size());
    for (int row = 0; row < Math.min(wanted.size(), found.rows()); row++) {
      Map<String, JsonNode> values = new TreeMap<>();
      for (Map.Entry<String, Array> column : found.slice(row, row + 1).columns().entrySet()) {
        if (!GoldenFunction.isAnalyzer(column.getKey())) {
          values.put(column.getKey(), value(column.getValue()));
        }
      }
      Map<String, JsonNode> named = new TreeMap<>();
      wanted.get(row).properties().forEach(f -> named.put(f.getKey(), f.getValue()));
      softly.assertThat(values.keySet()).as("%s[%s]", part, row).isEqualTo(named.keySet());
      for (Map.Entry<String, JsonNode> field : named.entrySet()) {
        JsonNode value = values.get(field.getKey());
        softly
            .assertThat(value != null && same(field.getValue(), value))
            .as(
                "%s[%s].%s: expected %s, found %s",
                part, row, field.getKey(), field.getValue(), value)
            .isTrue();
      }
    }
  }

  /** One row's array as JSON: a value, or nested lists. */
  private static JsonNode value(Array row) {
    ArrayNode flat = (ArrayNode) ArrayJson.encode(Array.Dense.vector(row.values())).get("values");
    if (row instanceof Array.Dense dense) {
      return nested(flat, dense.dims(), 1, new int[1]);
    }
    return flat;
  }

  private static JsonNode nested(ArrayNode flat, List<Long> dims, int depth, int[] next) {
    if (depth == dims.size()) {
      return flat.get(next[0]++);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (long i = 0; i < dims.get(depth); i++) {
      list.add(nested(flat, dims, depth + 1, next));
    }
    return list;
  }

  private boolean same(JsonNode wanted, JsonNode found) {
    if (wanted.isArray() && found.isArray()) {
      if (wanted.size() != found.size()) {
        return false;
      }
      for (int i = 0; i < wanted.size(); i++) {
        if (!same(wanted.get(i), found.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (wanted.isNumber() && found.isNumber()) {
      if (wanted.isIntegralNumber() && found.isIntegralNumber()) {
        return wanted.bigIntegerValue().equals(found.bigIntegerValue());
      }
      return close(wanted.asDouble(), found.asDouble())
          || signless && close(wanted.asDouble(), -found.asDouble());
    }
    return wanted.equals(found);
  }

  private boolean close(double wanted, double found) {
    return Math.abs(wanted - found) <= tolerance * Math.max(1, Math.abs(wanted));
  }

  /** Values that were asked for. */
  void analyzers(GoldenFunction function, Batch transformed) {
    for (Map.Entry<String, JsonNode> analyzer : expected.path("analyzers").properties()) {
      String name = analyzer.getKey();
      JsonNode wanted = analyzer.getValue();
      GoldenFunction.Value found = function.analyzer(name, transformed);
      softly
          .assertThat(found.dtype().toString())
          .as("dtype of %s", name)
          .isEqualTo(wanted.get("dtype").asText());
      List<Long> shape = new ArrayList<>();
      wanted.get("shape").forEach(d -> shape.add(d.asLong()));
      softly.assertThat(found.shape()).as("shape of %s", name).isEqualTo(shape);
      JsonNode values = ArrayJson.encode(Array.Dense.vector(found.values())).get("values");
      softly
          .assertThat(same(wanted.get("values"), values))
          .as("%s: expected %s, found %s", name, wanted.get("values"), values)
          .isTrue();
    }
  }

  /** The files that become assets. */
  void vocabularies(AnalyzerResults results) {
    Map<String, Path> files = new TreeMap<>();
    for (AnalyzerResults.File file : results.files().values()) {
      files.put(file.name(), Path.of(file.location()));
    }
    vocabularies(files);
  }

  /** Vocabularies by name. */
  public void vocabularies(Map<String, Path> files) {
    Map<String, JsonNode> found = new TreeMap<>();
    files.forEach((name, file) -> found.put(name, lines(file)));
    Map<String, JsonNode> wanted = new TreeMap<>();
    expected.path("vocabularies").properties().forEach(f -> wanted.put(f.getKey(), f.getValue()));
    softly.assertThat(found.keySet()).as("vocabularies").isEqualTo(wanted.keySet());
    found.forEach(
        (name, lines) ->
            softly
                .assertThat(wanted.containsKey(name) && sameLines(wanted.get(name), lines))
                .as("%s: expected %s, found %s", name, wanted.get(name), lines)
                .isTrue());
  }

  private static JsonNode lines(Path file) {
    try {
      List<byte[]> lines =
          file.toString().endsWith(".gz") ? records(file) : split(Files.readAllBytes(file));
      return ArrayJson.encode(Array.Dense.vector(Values.ofBytes(lines))).get("values");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> split(byte[] text) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n') {
        lines.add(java.util.Arrays.copyOfRange(text, start, i));
        start = i + 1;
      }
    }
    if (start < text.length) {
      lines.add(java.util.Arrays.copyOfRange(text, start, text.length));
    }
    return lines;
  }

  private static List<byte[]> records(Path file) throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
      while (true) {
        byte[] head = in.readNBytes(12);
        if (head.length == 0) {
          return records;
        }
        if (head.length < 12) {
          throw new EOFException(file.toString());
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        records.add(in.readNBytes(Math.toIntExact(length)));
        in.readNBytes(4);
      }
    }
  }

  /** Numbers before the first blank are compared as numbers. */
  private boolean sameLines(JsonNode wanted, JsonNode found) {
    if (wanted.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.get(i).equals(found.get(i))
          && !sameNumbers(wanted.get(i).asText(), found.get(i).asText())) {
        return false;
      }
    }
    return true;
  }

  private boolean sameNumbers(String wanted, String found) {
    int cut = wanted.indexOf(' ');
    int other = found.indexOf(' ');
    if (cut < 0 || other < 0 || !wanted.substring(cut).equals(found.substring(other))) {
      return false;
    }
    String[] numbers = wanted.substring(0, cut).split(",", -1);
    String[] others = found.substring(0, other).split(",", -1);
    if (numbers.length != others.length) {
      return false;
    }
    try {
      for (int i = 0; i < numbers.length; i++) {
        if (!close(Double.parseDouble(numbers[i]), Double.parseDouble(others[i]))) {
          return false;
        }
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Types, shapes and ranges of the output columns. */
  public void schema(BatchSchema found) {
    if (!expected.has("schema")) {
      return;
    }
    JsonNode features = expected.get("schema").path("features");
    Map<String, String> wanted = new TreeMap<>();
    features
        .properties()
        .forEach(
            f ->
                wanted.put(
                    f.getKey().replaceFirst("\\$ragged_values$", ""),
                    f.getValue().get("type").asText()
                        + " "
                        + f.getValue().get("shape")
                        + " "
                        + f.getValue().path("int_domain")));
    Map<String, String> described = new TreeMap<>();
    for (ArraySpec column : found.columns()) {
      if (!GoldenFunction.isAnalyzer(column.name())) {
        described.put(column.name(), described(column, found.domains().get(column.name())));
      }
    }
    softly.assertThat(described).as("schema").isEqualTo(wanted);
  }

  private static String described(ArraySpec column, ColumnDomain domain) {
    String type =
        switch (column.dtype()) {
          case STRING -> "BYTES";
          case INT64 -> "INT";
          default -> "FLOAT";
        };
    IntRange range = domain == null ? null : domain.range();
    return type
        + " "
        + (column.layout() == Layout.DENSE
            ? column.shape().row().dims().toString().replace(" ", "")
            : "null")
        + " "
        + (range == null
            ? ""
            : "{\"min\":"
                + range.min()
                + ",\"max\":"
                + range.max()
                + ",\"is_categorical\":"
                + range.categorical()
                + "}");
  }
}
