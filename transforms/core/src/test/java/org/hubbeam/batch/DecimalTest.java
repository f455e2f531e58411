// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalTest {

  @Test
  void plainNumbersAreThoseOfTheirText() {
    Random random = new Random(1);
    BatchBuilder builder = new BatchBuilder("");
    var floats = builder.ragged("f", DType.FLOAT32);
    var longs = builder.ragged("l", DType.INT64);
    List<Float> expectedFloats = new ArrayList<>();
    List<Long> expectedLongs = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String digits = String.format("%019d", random.nextLong() >>> 1);
      String whole =
          (random.nextBoolean() ? "-" : "") + digits.substring(0, 1 + random.nextInt(18));
      String text =
          random.nextBoolean() ? whole : whole + "." + digits.substring(0, 1 + random.nextInt(9));
      byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.ISO_8859_1);
      if (Decimal.add(floats, bytes, 1, bytes.length - 1)) {
        expectedFloats.add(Float.parseFloat(text));
      }
      if (Decimal.add(longs, bytes, 1, bytes.length - 1)) {
        expectedLongs.add(Long.parseLong(text));
      }
    }
    builder.endRow(0);
    Batch batch = builder.build();
    assertThat(((Values.Numbers) values(batch, "f")).toFloats()).isEqualTo(floats(expectedFloats));
    assertThat(((Values.Numbers) values(batch, "l")).toLongs())
        .isEqualTo(expectedLongs.stream().mapToLong(l -> l).toArray());
    assertThat(expectedFloats).hasSizeGreaterThan(5000);
    for (String other : new String[] {"-", ".5", "5.", "1e3", "+1", " 1", "1.2.3", "0x1", "NaN"}) {
      byte[] bytes = other.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(Decimal.add(floats, bytes, 0, bytes.length)).as(other).isFalse();
    }
  }

  private static Values values(Batch batch, String column) {
    return ((Array.Ragged) batch.column(column)).values();
  }

  private static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i);
    }
    return floats;
  }
}
