// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schemas that nobody means are refused with a line, and large ones that somebody means are not.
 */
@Timeout(60)
class SchemaBoundsTest {
  private static final Pattern TOKEN = Pattern.compile("-?[0-9]+|\"[^\"\n]*\"|[A-Z]{3,}");

  private static String feature(String rest) {
    return "feature { name: \"x\" type: INT " + rest + " }\n";
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> BatchSchema.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shape { dim { size: -5 } }",
        "shape { dim { size: 9223372036854775807 } }",
        "shape { dim { size: 9223372036854775808 } }",
        "shape { dim { size: 100000 } dim { size: 100000 } }",
        "shape { dim { size: 1e308 } }",
        "int_domain { min: 5 max: 1 }",
        "annotation { tag: \"packed:int8:99999999999999999999999\" }",
        "annotation { tag: \"packed:nothing:1\" }",
        "type: STRUCT",
        "type: 99",
        "type: NEVER_HEARD",
        "{",
        "\"",
        "name: \"\\",
        "name: 5",
      })
  void featuresThatNobodyMeans(String rest) {
    assertRefused(feature(rest));
  }

  @Test
  void deepOnes() {
    assertRefused("feature { struct_domain { ".repeat(50_000));
    assertRefused("feature { unheard { ".repeat(50_000));
    assertRefused(
        "feature { name: \"x\" type: INT shape { " + "dim { size: 1 }\n".repeat(300) + "} }");
  }

  @Test
  void twice() {
    assertThatThrownBy(() -> BatchSchema.parse(feature("") + feature("")))
        .hasMessageContaining("the feature 'x' is there twice");
  }

  @Test
  void aDomainOfAMillionValues() {
    StringBuilder text = new StringBuilder("feature { name: \"x\" type: BYTES string_domain {\n");
    for (int i = 0; i < 1_000_000; i++) {
      text.append("value: \"value ").append(i).append("\"\n");
    }
    assertThat(BatchSchema.parse(text + "} }").columns()).hasSize(1);
  }

  /** Each number, name and type of real schemas replaced by what does not belong there. */
  @Test
  void mutatedOnes() throws IOException {
    List<String> wrong =
        List.of(
            "-1",
            "0",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "1e400",
            "nan",
            "\"\"",
            "\"\\000\"",
            "\"\\377\"",
            "INT",
            "BYTES",
            "UNHEARD",
            "{}",
            "",
            "{",
            "}");
    int tried = 0;
    for (Path schema : schemas()) {
      String text = Files.readString(schema);
      Matcher token = TOKEN.matcher(text);
      List<int[]> places = new ArrayList<>();
      while (token.find()) {
        places.add(new int[] {token.start(), token.end()});
      }
      for (int i = 0; i < places.size(); i += 1 + places.size() / 40) {
        int[] place = places.get(i);
        for (String other : wrong) {
          String mutated = text.substring(0, place[0]) + other + text.substring(place[1]);
          assertThatCode(() -> parse(mutated)).as(mutated).doesNotThrowAnyException();
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThan(1000);
  }

  private static void parse(String text) {
    try {
      BatchSchema.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.walk(TestFiles.transformGoldens("transform_fns"))) {
      return files.filter(f -> f.toString().endsWith(".pbtxt")).sorted().toList();
    }
  }
}
