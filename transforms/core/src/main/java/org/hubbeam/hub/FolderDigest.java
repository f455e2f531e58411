// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.batch.Internal;

/** The digest of all files of a module. */
@Internal
public final class FolderDigest {

  private FolderDigest() {}

  /**
   * The sha256 of the lines that {@code sha256sum} prints for all files below a folder, by their
   * sorted paths: what this prints in the folder.
   *
   * <pre>{@code
   * find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
   * }</pre>
   *
   * @return 64 hexadecimal digits
   * @throws HubException when a file cannot be read
   */
  public static String of(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      Map<String, Path> files = new TreeMap<>();
      walk.filter(Files::isRegularFile)
          .forEach(f -> files.put(folder.relativize(f).toString().replace('\\', '/'), f));
      StringBuilder lines = new StringBuilder();
      for (Map.Entry<String, Path> file : files.entrySet()) {
        lines.append(Digests.sha256(file.getValue())).append("  ");
        lines.append(file.getKey()).append('\n');
      }
      return Digests.sha256(lines.toString());
    } catch (IOException e) {
      throw new HubException("cannot read the files of the module in " + folder, e);
    }
  }
}
