// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.NodeDef;

/** What operations of the script {@code hubbeam-ops.js} refuse, by their attributes. */
final class ScriptGaps {

  private static final Set<String> DECODING =
      Set.of("UnicodeDecode", "UnicodeDecodeWithOffsets", "UnicodeTranscode");
  private static final Pattern UTF8 = Pattern.compile("(?i)utf-?8");

  private ScriptGaps() {}

  /** Why the script does not run a node as TensorFlow does; empty where it does. */
  static String reason(NodeDef node) {
    if (DECODING.contains(node.getOp())) {
      String encoding =
          Attributes.complete(node).getAttrOrThrow("input_encoding").getS().toStringUtf8();
      if (!UTF8.matcher(encoding).matches()) {
        return "decodes UTF-8, not " + encoding;
      }
    }
    return "";
  }
}
