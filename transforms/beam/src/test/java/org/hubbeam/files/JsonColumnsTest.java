// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.Packing;
import org.hubbeam.tfrecord.Unpacking;
import org.junit.jupiter.api.Test;

class JsonColumnsTest {

  @Test
  void oneOddValueInAHundredDoesNotRetypeAColumn() throws IOException {
    assertThat(type("1", "\"N/A\"", 99)).isEqualTo(DType.INT64);
    assertThat(type("0.5", "true", 99)).isEqualTo(DType.FLOAT32);
    assertThat(type("true", "1", 99)).isEqualTo(DType.BOOL);
    assertThat(type("\"a\"", "1", 99)).isEqualTo(DType.STRING);
    assertThat(type("9007199254740993", "0.5", 99)).isEqualTo(DType.INT64);
  }

  @Test
  void columnsOfMoreThanOneKindAreText() throws IOException {
    assertThat(type("1", "\"N/A\"", 98)).isEqualTo(DType.STRING);
    assertThat(type("1", "true", 3)).isEqualTo(DType.STRING);
    assertThat(type("1", "18446744073709551615", 3)).isEqualTo(DType.STRING);
  }

  @Test
  void wholeNumbersBesideFractionsAreFloats() throws IOException {
    assertThat(type("1", "0.5", 1000)).isEqualTo(DType.FLOAT32);
    assertThat(type("9007199254740993", "0.5", 1)).isEqualTo(DType.FLOAT32);
    assertThat(type("NaN", "Infinity", 1)).isEqualTo(DType.FLOAT32);
  }

  @Test
  void valuesOfNoKindAreText() throws IOException {
    assertThat(type("null", "[]", 1)).isEqualTo(DType.STRING);
  }

  /** The type of a column with many of one value and one of another. */
  private static DType type(String value, String odd, int many) throws IOException {
    byte[] text =
        ("{\"x\": " + odd + "}\n" + ("{\"x\": " + value + "}\n").repeat(many))
            .getBytes(StandardCharsets.UTF_8);
    Map<String, DType> types =
        JsonColumns.infer(
            new LineBlockReader(
                new Unpacking(
                    new ByteSource(
                        java.nio.channels.Channels.newChannel(new ByteArrayInputStream(text))),
                    Packing.NONE),
                0,
                Long.MAX_VALUE,
                1 << 20));
    return types.get("x");
  }
}
