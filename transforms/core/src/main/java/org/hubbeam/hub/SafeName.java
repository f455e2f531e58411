// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.nio.file.Path;

/** Names of files below a folder, as archives and servers give them. */
final class SafeName {
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
    if (name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      throw refused(source, name, "has a character that no module needs in a name");
    }
    Path result = folder;
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(source, name, "leaves the folder by '..'");
      }
      result = part.isEmpty() || part.equals(".") ? result : result.resolve(part);
    }
    if (!result.normalize().startsWith(folder.normalize())) {
      throw refused(source, name, "leaves the folder");
    }
    return result;
  }

  private static HubException refused(String source, String name, String why) {
    return new HubException(source + " is refused: the name '" + name + "' " + why);
  }
}
