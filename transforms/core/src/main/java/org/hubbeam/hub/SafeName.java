// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** Names of files below a folder, as archives and servers give them. */
final class SafeName {
  /** The deepest and longest names that all systems take with a folder before them. */
  private static final int MOST_PARTS = 100;

  private static final int LONGEST = 1024;
  private static final int LONGEST_PART = 255;
  private static final int SHOWN = 100;

  private SafeName() {}

  /**
   * Where a file belongs.
   *
   * @param source who gives the name, for the message
   * @return a path below the folder; the folder itself for {@code "."}
   * @throws HubException if the name would leave the folder, or means different places on different
   *     systems
   */
  static Path below(Path folder, String name, String source) {
    if (name.startsWith("/") || name.matches("(?s)[A-Za-z]:.*")) {
      throw refused(source, name, "is an absolute path");
    }
    if (name.indexOf('\\') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
      throw refused(source, name, "has a character that no module needs in a name");
    }
    String[] parts = name.split("/", -1);
    if (name.length() > LONGEST || parts.length > MOST_PARTS || anyLong(parts)) {
      throw refused(source, name, "is longer or deeper than systems take");
    }
    Path result = folder;
    for (String part : parts) {
      if (part.equals("..")) {
        throw refused(source, name, "leaves the folder by '..'");
      }
      result = part.isEmpty() || part.equals(".") ? result : child(result, part, source);
    }
    if (!result.normalize().startsWith(folder.normalize())) {
      throw refused(source, name, "leaves the folder");
    }
    return result;
  }

  private static boolean anyLong(String[] parts) {
    return Arrays.stream(parts)
        .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART);
  }

  private static Path child(Path folder, String part, String source) {
    try {
      return folder.resolve(part);
    } catch (InvalidPathException e) {
      throw refused(source, part, "cannot be that of a file on this machine: " + e.getReason());
    }
  }

  private static HubException refused(String source, String name, String why) {
    String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
    return new HubException(source + " is refused: the name '" + shown + "' " + why);
  }
}
