// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Locale;
import java.util.regex.Pattern;
import org.hubbeam.batch.Internal;

/**
 * Names of nodes for what users name. A user's name can be any text. It is kept beside the graph,
 * with the nodes that stand for it, and never read from a node's name.
 */
@Internal
public final class NodeNames {

  private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9_.]");
  private static final Pattern NOT_ALLOWED_IN_PATHS = Pattern.compile("[^A-Za-z0-9_./-]");
  private static final int LONGEST = 100;

  private NodeNames() {}

  /**
   * A valid name of a node, as similar to the given name as possible. Several names can give the
   * same one: whoever adds the node appends a number.
   */
  public static String of(String name) {
    String plain = NOT_ALLOWED.matcher(name).replaceAll("_");
    String start =
        plain.isEmpty() || !Character.isLetterOrDigit(plain.charAt(0)) ? "node" + plain : plain;
    return start.length() <= LONGEST ? start : start.substring(0, LONGEST);
  }

  /** The same for a name with slashes, which stay. */
  public static String path(String name) {
    String plain = NOT_ALLOWED_IN_PATHS.matcher(name).replaceAll("_");
    return plain.isEmpty() || !Character.isLetterOrDigit(plain.charAt(0)) ? "node" + plain : plain;
  }

  /** A valid name of a function's argument: lower case. */
  static String argument(String name) {
    String plain =
        NOT_ALLOWED.matcher(name).replaceAll("_").replace('.', '_').toLowerCase(Locale.ROOT);
    String start = plain.isEmpty() || !Character.isLetter(plain.charAt(0)) ? "arg_" + plain : plain;
    return start.length() <= LONGEST ? start : start.substring(0, LONGEST);
  }
}
