// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.tensorflow.proto.NodeDef;

/**
 * Translates regular expressions from RE2 to JavaScript. What the runtime itself can run gets the
 * translated pattern, and keeps the original in {@link #RE2} and {@link #RE2_REWRITE}; all others
 * keep theirs, and get the translated one for {@code hubbeam-ops.js} in {@link #JS}.
 */
final class RegexTranslation {

  static final String JS = "_hubbeam_js";
  static final String JS_REWRITE = "_hubbeam_rewrite";
  static final String RE2 = "_hubbeam_re2";
  static final String RE2_REWRITE = "_hubbeam_re2_rewrite";

  private static final Set<String> MATCHING = Set.of("StaticRegexFullMatch", "RegexFullMatch");
  private static final Set<String> REPLACING = Set.of("StaticRegexReplace", "RegexReplace");

  private RegexTranslation() {}

  /**
   * @throws ConversionException when a pattern has no counterpart, or is not known
   */
  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph mapped = graph.mapBodies(RegexTranslation::of);
    GraphEditor editor = new GraphEditor(mapped.graph());
    Map<String, NodeDef> changed = new HashMap<>();
    for (NodeDef node : editor.nodes()) {
      if (MATCHING.contains(node.getOp())) {
        changed.put(node.getName(), matching(node, editor));
      } else if (REPLACING.contains(node.getOp())) {
        changed.put(node.getName(), replacing(node, editor));
      }
    }
    changed.values().forEach(editor::put);
    return changed.isEmpty() ? mapped : mapped.with(editor.graph());
  }

  private static NodeDef matching(NodeDef node, GraphEditor graph) {
    String pattern = text(node, "pattern", 1, graph);
    Re2.Translated translated = translated(node, "(?:" + pattern + ")", pattern);
    return node.toBuilder().putAttr(JS, Protos.attr("^(?:" + translated.source() + ")$")).build();
  }

  private static NodeDef replacing(NodeDef node, GraphEditor graph) {
    String pattern = text(node, "pattern", 1, graph);
    String rewrite = text(node, "rewrite", 2, graph);
    Re2.Translated translated = translated(node, pattern, pattern);
    String to;
    try {
      to = Re2.rewrite(rewrite, translated.groups());
    } catch (IllegalArgumentException e) {
      throw refused(node, pattern, e);
    }
    NodeDef.Builder out = node.toBuilder();
    if (node.getOp().equals("StaticRegexReplace") && runs(translated) && isLowerCase(to)) {
      if (!translated.source().equals(pattern)) {
        out.putAttr(RE2, Protos.attr(pattern)).putAttr("pattern", Protos.attr(translated.source()));
      }
      if (!to.equals(rewrite)) {
        out.putAttr(RE2_REWRITE, Protos.attr(rewrite)).putAttr("rewrite", Protos.attr(to));
      }
      return out.build();
    }
    return out.putAttr(JS, Protos.attr(translated.source()))
        .putAttr(JS_REWRITE, Protos.attr(to))
        .build();
  }

  /** Whether the runtime's own operation means the same: it makes attributes lower case. */
  private static boolean runs(Re2.Translated translated) {
    boolean empty;
    try {
      empty = java.util.regex.Pattern.compile(translated.source()).matcher("").find();
    } catch (java.util.regex.PatternSyntaxException e) {
      return false;
    }
    return translated.plain() && isLowerCase(translated.source()) && !empty;
  }

  private static boolean isLowerCase(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static Re2.Translated translated(NodeDef node, String pattern, String shown) {
    try {
      return Re2.translate(pattern);
    } catch (IllegalArgumentException e) {
      throw refused(node, shown, e);
    }
  }

  private static ConversionException refused(NodeDef node, String pattern, Exception cause) {
    return new ConversionException(
        node.getOp()
            + " ("
            + node.getName()
            + ") has the regular expression '"
            + pattern
            + "', which has no counterpart in JavaScript: it "
            + cause.getMessage(),
        cause);
  }

  private static String text(NodeDef node, String attribute, int input, GraphEditor graph) {
    if (node.containsAttr(attribute)) {
      return node.getAttrOrThrow(attribute).getS().toStringUtf8();
    }
    NodeDef given = graph.node(GraphFlow.producer(node.getInput(input)));
    if (!given.getOp().equals("Const")) {
      throw new ConversionException(
          node.getOp()
              + " ("
              + node.getName()
              + ") takes its regular expression from an input; only a fixed one can be translated");
    }
    return ((Values.Strings)
            TensorProtos.decode(given.getAttrOrThrow("value").getTensor()).values())
        .text(0);
  }
}
