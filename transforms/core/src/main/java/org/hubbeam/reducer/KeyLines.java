// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;

/**
 * Results per key as lines of a file, {@code value,value key}, by the SHA-1 of the key: numbers as
 * Python writes them, keys as {@link KeyText} does; without line feeds, which the file adds.
 */
@Internal
public final class KeyLines {

  private KeyLines() {}

  /**
   * The lines of results as {@link PerKey} and {@link CountPerKey} give them: keys, then one number
   * a key in each of the others. Without keys one line of zeros for the empty key, as of an unknown
   * one: a table cannot be filled from an empty file.
   *
   * @throws IllegalArgumentException when keys are no strings, or have other than one number each
   */
  public static List<byte[]> format(List<Array.Dense> results) {
    List<VocabularyEntry> order = new ArrayList<>();
    Array.Dense keys = results.get(0);
    if (!(keys.values() instanceof Values.Strings strings)) {
      throw new IllegalArgumentException(
          "keys of lines are strings, found " + keys.spec("key").type());
    }
    for (int key = 0; key < strings.size(); key++) {
      order.add(new VocabularyEntry(key, strings.get(key)));
    }
    for (Array.Dense values : results.subList(1, results.size())) {
      if (!values.dims().equals(keys.dims())) {
        throw new IllegalArgumentException(
            "a line has one number of each result, not " + values.spec("x").type());
      }
    }
    if (order.isEmpty()) {
      String zeros = String.join(",", Collections.nCopies(results.size() - 1, "0"));
      return List.of((zeros + " ").getBytes(StandardCharsets.US_ASCII));
    }
    return VocabularyOrder.FINGERPRINT.sorted(order).stream()
        .map(entry -> line(results, (int) entry.score(), entry.token()))
        .toList();
  }

  private static byte[] line(List<Array.Dense> results, int index, byte[] key) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(key.length + 32);
    for (int i = 1; i < results.size(); i++) {
      String text = text((Values.Numbers) results.get(i).values(), index);
      line.writeBytes(((i == 1 ? "" : ",") + text).getBytes(StandardCharsets.US_ASCII));
    }
    line.write(' ');
    line.writeBytes(KeyText.escaped(key));
    return line.toByteArray();
  }

  private static String text(Values.Numbers numbers, int index) {
    return switch (numbers.dtype()) {
      case FLOAT64 -> PythonText.format(numbers.getDouble(index));
      case FLOAT32, FLOAT16, BFLOAT16 -> PythonText.format((float) numbers.getDouble(index));
      case UINT64 -> Long.toUnsignedString(numbers.getLong(index));
      default -> Long.toString(numbers.getLong(index));
    };
  }
}
