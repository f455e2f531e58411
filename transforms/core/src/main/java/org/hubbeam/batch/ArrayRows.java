// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads the rows of one array as batches or as lines of text, for example a variable with an
 * embedding for each word.
 *
 * @param name of the column that has them
 * @param array any but a scalar
 */
public record ArrayRows(String name, Array array) {

  /** The column with the numbers of the rows, from 0. */
  public static final String ROW = "row";

  public ArrayRows {
    if (name.equals(ROW)) {
      throw new IllegalArgumentException(
          "'" + ROW + "' is the column with the numbers of the rows");
    }
    if (array.dims().isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' is a scalar and has no rows");
    }
  }

  /**
   * The rows in their order, with their numbers as int64. An array without rows gives no batch.
   *
   * @param most the number of rows in a batch; the last may have fewer
   */
  public Stream<Batch> batches(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a batch needs at least 1 row, not " + most);
    }
    int count = array.rows();
    return IntStream.iterate(0, from -> from < count, from -> from + Math.min(most, count - from))
        .mapToObj(from -> batch(from, from + Math.min(most, count - from)));
  }

  private Batch batch(int from, int to) {
    long[] numbers = IntStream.range(from, to).asLongStream().toArray();
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put(ROW, Array.Dense.vector(Values.of(numbers)));
    columns.put(name, array.slice(from, to));
    return new Batch(to - from, columns, new Batch.Origin(name, numbers));
  }

  /**
   * Writes one line per row, with values separated by tabs and without a header, for TensorFlow's
   * embedding projector. Rows of several dimensions are flattened, row-major. In texts a backslash,
   * tab, line feed or carriage return is written as {@code \\}, {@code \t}, {@code \n} or {@code
   * \r}.
   *
   * @throws IllegalArgumentException when the array is sparse
   */
  public void writeTsv(Appendable out) throws IOException {
    if (array.layout() == Layout.SPARSE) {
      throw new IllegalArgumentException("'" + name + "' is sparse; lines of text cannot show it");
    }
    for (int row = 0; row < array.rows(); row++) {
      Values values = array.slice(row, row + 1).values();
      for (int i = 0; i < values.size(); i++) {
        out.append(i == 0 ? "" : "\t").append(text(values, i));
      }
      out.append('\n');
    }
  }

  private static String text(Values values, int index) {
    if (values.dtype() == DType.UINT64) {
      return Long.toUnsignedString(((Values.Numbers) values).getLong(index));
    }
    return values instanceof Values.Strings strings
        ? strings
            .text(index)
            .replace("\\", "\\\\")
            .replace("\t", "\\t")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        : values.get(index).toString();
  }
}
