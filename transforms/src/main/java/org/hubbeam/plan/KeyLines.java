package org.hubbeam.plan;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/**
 * Values by key as the lines of a file, {@code v1,v2 key}, in the order of the keys' SHA-1; keys as
 * {@link KeyText} writes them.
 */
final class KeyLines {

  private KeyLines() {}

  /**
   * Writes the file.
   *
   * @param results the keys, then vectors with one number a key
   * @return how many keys there are
   */
  static long write(Path file, List<Array.Dense> results) throws IOException {
    Values.Strings keys = (Values.Strings) results.get(0).values();
    List<Values.Numbers> values =
        results.subList(1, results.size()).stream().map(r -> (Values.Numbers) r.values()).toList();
    for (Values.Numbers vector : values) {
      if (vector.size() != keys.size()) {
        throw new IllegalArgumentException(
            vector.size() + " values for " + keys.size() + " keys cannot be paired");
      }
    }
    byte[][] digests = new byte[keys.size()][];
    for (int i = 0; i < digests.length; i++) {
      digests[i] = sha1().digest(keys.get(i));
    }
    List<Integer> order =
        IntStream.range(0, digests.length)
            .boxed()
            .sorted(Comparator.comparing(i -> digests[i], Arrays::compareUnsigned))
            .toList();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int key : order) {
        StringBuilder line = new StringBuilder();
        for (Values.Numbers vector : values) {
          line.append(line.isEmpty() ? "" : ",").append(vector.get(key));
        }
        out.write(line.append(' ').toString().getBytes(StandardCharsets.UTF_8));
        out.write(KeyText.escaped(keys.get(key)));
        out.write('\n');
      }
    }
    return keys.size();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
