// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.TestFiles;

/** Calls of modules with what Python TensorFlow gives for them, read from JSON. */
public final class Goldens {

  private static final double TOLERANCE = 1e-5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  /** Golden files of published modules, without those that need an op library. */
  static List<Path> ofPublishedModels() {
    return files(TestFiles.modelGoldens(), ".json").stream()
        .filter(f -> f.getFileName().toString().contains("@") && !read(f).has("needs"))
        .toList();
  }

  public static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(s -> strings.add(s.asText()));
    return strings;
  }

  public static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<Path> files(Path folder, String ending) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The function of a golden call, with its python arguments. */
  public static FunctionChoice choice(JsonNode call) {
    FunctionChoice choice =
        FunctionChoice.of(
            call.hasNonNull("signature")
                ? call.get("signature").asText()
                : call.path("member").asText("__call__"));
    for (Map.Entry<String, JsonNode> argument : call.path("arguments").properties()) {
      JsonNode value = argument.getValue();
      Object plain =
          value.isBoolean()
              ? (Object) value.asBoolean()
              : value.isIntegralNumber()
                  ? (Object) value.asLong()
                  : value.isNumber()
                      ? (Object) value.asDouble()
                      : value.isNull() ? null : value.asText();
      choice = choice.with(argument.getKey(), plain);
    }
    return choice;
  }

  /** Compares arrays by name with what is expected; of cut ones, what was kept. */
  public static void compare(
      SoftAssertions softly,
      String what,
      JsonNode expected,
      Map<String, Array> actual,
      JsonNode call) {
    List<String> names = expected.properties().stream().map(Map.Entry::getKey).toList();
    softly
        .assertThat(actual.keySet())
        .as(what + ": names")
        .containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      JsonNode wanted = expected.get(name);
      Array array = actual.get(name);
      if (array == null) {
        continue;
      }
      if (wanted.has("cut")) {
        int kept = wanted.get("cut").asInt();
        ObjectNode part = wanted.deepCopy();
        part.putArray("shape").add(kept);
        softly.assertThat(JSON.<JsonNode>valueToTree(array.dims())).isEqualTo(wanted.get("shape"));
        compare(
            softly,
            what + ": " + name,
            ArrayJson.decodeArray(part),
            Array.Dense.vector(array.values().slice(0, kept)),
            call);
      } else {
        compare(softly, what + ": " + name, ArrayJson.decodeArray(wanted), array, call);
      }
    }
  }

  private static void compare(
      SoftAssertions softly, String what, Array wanted, Array actual, JsonNode call) {
    softly.assertThat(actual.dtype()).as(what + ": dtype").isEqualTo(wanted.dtype());
    softly.assertThat(actual.layout()).as(what + ": layout").isEqualTo(wanted.layout());
    if (wanted instanceof Array.Ragged ragged && actual instanceof Array.Ragged other) {
      softly
          .assertThat(other.rowSplits().stream().map(java.util.Arrays::toString).toList())
          .as(what + ": row splits")
          .isEqualTo(ragged.rowSplits().stream().map(java.util.Arrays::toString).toList());
    } else {
      softly.assertThat(actual.dims()).as(what + ": shape").isEqualTo(wanted.dims());
    }
    if (wanted instanceof Array.Sparse sparse && actual instanceof Array.Sparse other) {
      softly.assertThat(other.indices()).as(what + ": indices").isEqualTo(sparse.indices());
    }
    if (call.has("asset_path")) {
      softly
          .assertThat(((Values.Strings) actual.values()).text(0))
          .as(what)
          .endsWith("/assets/" + call.get("asset_path").asText());
    } else if (!call.path("random").asBoolean()) {
      softly.assertThat(difference(wanted.values(), actual.values())).as(what).isNull();
    }
  }

  /** Fails where names, shapes or values differ. */
  static void assertSame(Map<String, Array> wanted, Map<String, Array> actual) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(wanted.keySet());
    wanted.forEach(
        (name, array) -> {
          assertThat(actual.get(name).dims()).as(name).isEqualTo(array.dims());
          assertThat(difference(array.values(), actual.get(name).values())).as(name).isNull();
        });
  }

  /** Null, or where and how two runs of values differ. */
  public static String difference(Values wanted, Values actual) {
    if (wanted.size() != actual.size()) {
      return wanted.size() + " values expected, " + actual.size() + " found";
    }
    if (wanted.dtype().isComplex()) {
      return wanted.dtype() == actual.dtype() ? difference(parts(wanted), parts(actual)) : "dtype";
    }
    if (!(wanted instanceof Values.Numbers numbers) || !numbers.dtype().isFloating()) {
      return wanted.equals(actual) ? null : "values differ";
    }
    for (int i = 0; i < wanted.size(); i++) {
      double a = numbers.getDouble(i);
      double b = ((Values.Numbers) actual).getDouble(i);
      if (Double.compare(a, b) != 0 && !(Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a)))) {
        return "value " + i + ": expected " + a + ", found " + b;
      }
    }
    return null;
  }

  /** Real and imaginary parts as values of their own. */
  private static Values parts(Values complex) {
    DType part = complex.dtype() == DType.COMPLEX64 ? DType.FLOAT32 : DType.FLOAT64;
    return new Values.Numbers(part, ((Values.Numbers) complex).bytes());
  }
}
