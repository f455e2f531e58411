// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nested lists of JSON become arrays of the dtype that is wanted, and back. */
class NestedJsonTest {

  private static ArraySpec spec(DType dtype, long... dims) {
    return new ArraySpec("x", dtype, Shape.of(dims), Layout.DENSE);
  }

  private static Array decode(String json, ArraySpec spec) throws JsonProcessingException {
    return NestedJson.decode(NestedJson.READER.readTree(json), spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FLOAT32    | [[1, "2.5"], [NaN, -Infinity]] | [[1.0,2.5],["NaN","-Infinity"]]
          FLOAT64    | [1e3, 0.1]                     | [1000.0,0.1]
          FLOAT16    | [0.5]                          | [0.5]
          BFLOAT16   | [0.5]                          | [0.5]
          INT32      | [1.0, 1e3, "-7"]               | [1,1000,-7]
          INT64      | [9007199254740993]             | [9007199254740993]
          UINT64     | [18446744073709551615]         | [18446744073709551615]
          INT8       | -128                           | -128
          BOOL       | [true, "false", 1]             | [true,false,true]
          STRING     | [["a", "b64"], ["", "ä"]]      | [["a","b64"],["","ä"]]
          STRING     | [{"b64": "w6Q="}, 5]           | ["ä","5"]
          STRING     | [{"b64": "/w=="}]              | [{"b64":"/w=="}]
          COMPLEX64  | [[1, -2], 3]                   | [[1.0,-2.0],[3.0,0.0]]
          COMPLEX128 | [[0.1, "NaN"]]                 | [[0.1,"NaN"]]
          """)
  void valuesAreReadAsTheDtypeAndWrittenAgain(DType dtype, String given, String written)
      throws JsonProcessingException {
    ArraySpec any = new ArraySpec("x", dtype, Shape.UNKNOWN, Layout.DENSE);
    Array array = decode(given, dtype.isComplex() ? spec(dtype, -1) : any);
    assertThat(array.dtype()).isEqualTo(dtype);
    assertThat(NestedJson.encode(array)).hasToString(written);
  }

  @Test
  void theInputTellsTheRestOfTheShapeOfAnEmptyList() throws JsonProcessingException {
    assertThat(decode("[]", spec(DType.FLOAT32, -1, 4, -1)).dims()).isEqualTo(List.of(0L, 4L, 0L));
    assertThat(decode("[[], []]", spec(DType.FLOAT32, -1, -1)).dims()).isEqualTo(List.of(2L, 0L));
  }

  @Test
  void listsOfOtherLengthsAreRagged() throws JsonProcessingException {
    Array array =
        decode(
            "[[\"a\"], [], [\"b\", \"c\"]]",
            new ArraySpec("x", DType.STRING, Shape.of(-1, -1), Layout.RAGGED));
    assertThat(array).isEqualTo(Array.Ragged.of(Values.of("a", "b", "c"), new int[] {0, 1, 1, 3}));
    assertThat(NestedJson.encode(array)).hasToString("[[\"a\"],[],[\"b\",\"c\"]]");
    Array inner =
        decode(
            "[[[1, 2]], [], [[3, 4], [5, 6]]]",
            new ArraySpec("x", DType.INT64, Shape.of(-1, -1, 2), Layout.RAGGED));
    assertThat(inner.dims()).isEqualTo(List.of(3L, -1L, 2L));
    assertThat(NestedJson.encode(inner)).hasToString("[[[1,2]],[],[[3,4],[5,6]]]");
    Array sparse =
        decode("[[1], [2, 3]]", new ArraySpec("x", DType.FLOAT32, Shape.of(-1, -1), Layout.SPARSE));
    assertThat(sparse)
        .isEqualTo(
            new Array.Sparse(
                List.of(2L, 2L), new long[] {0, 0, 1, 0, 1, 1}, Values.of(1f, 2f, 3f)));
    ArraySpec wide = new ArraySpec("x", DType.FLOAT32, Shape.of(-1, 4), Layout.SPARSE);
    assertThat(decode("[[1], [2, 3]]", wide).dims()).isEqualTo(List.of(2L, 4L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FLOAT32 | [1, "a"]       | at [1]: expected float32, found 'a'
          FLOAT32 | [true]         | at [0]: expected float32, found true
          FLOAT32 | [1e300]        | at [0]: expected float32, found
          INT64   | [1.5]          | at [0]: expected int64, found 1.5
          UINT8   | [[0, 256]]     | at [0][1]: expected uint8, found 256
          INT64   | [null]         | at [0]: expected int64, found null
          STRING  | [{"a": 1}]     | at [0]: expected string, found {"a":1}
          INT64   | [[1], [2, 3]]  | lists differ in length or depth at [1]: the first have the shape [2, 1]
          INT64   | [1, [2]]       | lists differ in length or depth at [1]: the first have the shape [2]
          VARIANT | [1]            | no array holds variant
          """)
  void whatDoesNotFitIsRefusedWithItsPlace(DType dtype, String given, String message) {
    assertThatThrownBy(() -> decode(given, new ArraySpec("x", dtype, Shape.UNKNOWN, Layout.DENSE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
