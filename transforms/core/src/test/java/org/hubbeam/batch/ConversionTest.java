// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.hubbeam.batch.Conversion.ConversionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values as NumPy gives them: {@code np.float32(float(text))}, {@code int(text)}. */
class ConversionTest {

  @ParameterizedTest
  @CsvSource({
    "int64,   2,                     2",
    "int64,   2.0,                   2",
    "int64,   1e3,                   1000",
    "int64,   1.5e1,                 15",
    "int64,   +5,                    5",
    "int64,   007,                   7",
    "int64,   -0,                    0",
    "int64,   '  12 ',               12",
    "int64,   1.,                    1",
    "int64,   9007199254740993,      9007199254740993",
    "int64,   9223372036854775807,   9223372036854775807",
    "int64,   -9223372036854775808,  -9223372036854775808",
    "int64,   0e999999999,           0",
    "int8,    -128,                  -128",
    "uint8,   255,                   255",
    "uint16,  65535,                 65535",
    "uint32,  4294967295,            4294967295",
    "uint64,  18446744073709551615,  -1",
    "float32, 2,                     2.0",
    "float32, .5,                    0.5",
    "float32, +1.,                   1.0",
    "float32, 0.1,                   0.1",
    "float32, 1e-46,                 0.0",
    "float32, -0,                    -0.0",
    "float32, 16777217,              1.6777216E7",
    "float32, NaN,                   NaN",
    "float32, -nan,                  NaN",
    "float32, inf,                   Infinity",
    "float32, +Infinity,             Infinity",
    "float32, -INF,                  -Infinity",
    "float64, 0.1,                   0.1",
    "float64, 9007199254740993,      9.007199254740992E15",
    "float16, 0.1,                   0.099975586",
    "float16, 65504,                 65504.0",
    "bfloat16, 0.1,                  0.100097656",
    "bool,    true,                  true",
    "bool,    False,                 false",
    "bool,    TRUE,                  true",
    "bool,    1,                     true",
    "bool,    0.0,                   false",
  })
  void takes(String dtype, String text, String value) throws ConversionException {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    Values.Numbers ofText = values(dtype, column -> Conversion.addText(column, text));
    Values.Numbers ofBytes =
        values(dtype, column -> Conversion.addText(column, bytes, 1, bytes.length - 1));
    assertThat(ofText.get(0)).hasToString(value);
    assertThat(ofBytes).isEqualTo(ofText);
  }

  @ParameterizedTest
  @CsvSource({
    "int64,   1.5",
    "int64,   9223372036854775808",
    "int64,   1e19",
    "int64,   1e999999999",
    "int64,   1e99999999999",
    "int64,   1_000",
    "int64,   '1,000'",
    "int64,   0x10",
    "int64,   true",
    "int64,   NaN",
    "int64,   ''",
    "int64,   1e",
    "int64,   --1",
    "int64,   ١",
    "int64,   NA",
    "int64,   \\N",
    "int8,    128",
    "uint8,   -1",
    "uint64,  18446744073709551616",
    "uint64,  -1",
    "float32, 1e400",
    "float32, 3.5e38",
    "float32, 1f",
    "float32, 0x1p3",
    "float32, true",
    "float32, .",
    "float32, 1.2.3",
    "float32, 1 2",
    "float32, null",
    "float16, 65520",
    "bool,    yes",
    "bool,    2",
    "bool,    t",
  })
  void refuses(String dtype, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String reason = "expected " + dtype + ", found '" + text + "'";
    assertThatThrownBy(() -> values(dtype, column -> Conversion.addText(column, text)))
        .hasMessage(reason);
    assertThatThrownBy(
            () -> values(dtype, column -> Conversion.addText(column, bytes, 0, bytes.length)))
        .hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "float32, 16777216,            1.6777216E7",
    "float32, 16777217,",
    "float64, 9007199254740992,    9.007199254740992E15",
    "float64, 9007199254740993,",
    "float64, 9223372036854775807,",
    "float16, 2048,                2048.0",
    "float16, 2049,",
    "float16, 70000,",
    "int32,   2147483647,          2147483647",
    "int32,   2147483648,",
    "uint64,  -1,",
    "bool,    1,                   true",
    "bool,    2,",
    "string,  1,",
  })
  void takesTypedIntegersWhereTheyKeepTheirValue(String dtype, long value, String wanted)
      throws ConversionException {
    check(dtype, column -> Conversion.addInteger(column, value), wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "int64,   2.0,     2",
    "int64,   2.5,",
    "int64,   NaN,",
    "int64,   9.3e18,",
    "uint64,  1.8e19,  -446744073709551616",
    "float32, 0.1,     0.1",
    "float32, 1e39,",
    "float32, NaN,     NaN",
    "float32, Infinity, Infinity",
    "bool,    1.0,     true",
    "bool,    0.5,",
    "string,  1.0,",
  })
  void roundsTypedFloatsAndTakesWholeOnes(String dtype, double value, String wanted)
      throws ConversionException {
    check(dtype, column -> Conversion.addFloat(column, value), wanted);
  }

  @Test
  void aTypedBoolIsStoredAsInt64AndIsNoOtherNumber() throws ConversionException {
    check("bool", column -> Conversion.addBool(column, true), "true");
    check("int64", column -> Conversion.addBool(column, true), "1");
    check("int64", column -> Conversion.addLiteral(column, "true"), null);
    for (String dtype : new String[] {"string", "float32", "uint8"}) {
      check(dtype, column -> Conversion.addBool(column, true), null);
    }
  }

  @Test
  void halfASurrogatePairHasNoUtf8() {
    BatchBuilder builder = new BatchBuilder("");
    ColumnBuilder column = builder.dense("c", DType.STRING);
    for (String text : new String[] {"\ud800", "a\udc00b", "\ud83d end", "\udc00\ud800"}) {
      assertThatThrownBy(() -> Conversion.addText(column, text))
          .isInstanceOf(ConversionException.class)
          .hasMessageContaining("half of a surrogate pair");
    }
    assertThat(Utf8.encode("\ud83d\ude00"))
        .isEqualTo("\ud83d\ude00".getBytes(StandardCharsets.UTF_8));
  }

  private interface Adding {
    void to(ColumnBuilder column) throws ConversionException;
  }

  private static void check(String dtype, Adding adding, String wanted) throws ConversionException {
    if (wanted == null) {
      assertThatThrownBy(() -> values(dtype, adding))
          .isInstanceOf(ConversionException.class)
          .hasMessageStartingWith("expected " + dtype + ", found ");
    } else {
      assertThat(values(dtype, adding).get(0)).hasToString(wanted);
    }
  }

  private static Values.Numbers values(String dtype, Adding adding) throws ConversionException {
    BatchBuilder builder = new BatchBuilder("");
    adding.to(builder.dense("c", DType.of(dtype)));
    builder.endRow(0);
    return (Values.Numbers) builder.build().column("c").values();
  }
}
