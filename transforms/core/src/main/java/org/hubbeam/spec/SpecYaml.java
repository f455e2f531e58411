// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.io.StringReader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A YAML file with the location of each of its nodes.
 *
 * @param name the file's, for messages
 * @param text all of it
 * @param length of the text in code points, which YAML's marks count
 */
record SpecYaml(String name, String text, int length) {

  SpecYaml(String name, String text) {
    this(name, text, text.codePointCount(0, text.length()));
  }

  /** A key with its value. */
  record Field(Node key, Node value) {}

  /**
   * The node that holds all others.
   *
   * @throws SpecException when the file is empty or not valid YAML
   */
  Node root() {
    try {
      Node root =
          new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
      if (root == null) {
        throw SourceLocation.of(name, text, 0).error("the file is empty");
      }
      return root;
    } catch (MarkedYAMLException e) {
      throw at(e.getProblemMark())
          .error("this is not valid YAML: " + e.getProblem() + quotes(e.getProblemMark()), e);
    } catch (YAMLException e) {
      throw SourceLocation.of(name, text, 0).error("this is not valid YAML: " + e.getMessage(), e);
    }
  }

  /** What helps an expression that is no YAML as it is written. */
  private String quotes(Mark mark) {
    int at = offset(mark);
    String line = text.substring(text.lastIndexOf('\n', at - 1) + 1, at);
    return line.matches("\\s++[^:]++:\\s.*")
        ? "; an expression that begins with a quote, or has ': ' or ' #' in it, is written in"
            + " single quotes, or on a line of its own behind >-"
        : "";
  }

  /** What is wrong with a node. */
  SpecException error(Node node, String message) {
    return at(node.getStartMark()).error(message);
  }

  /** The fields of a mapping, in their order, whatever their names. */
  Map<String, Field> fields(Node node, String what) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, what + " must be a mapping");
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode(), "a key");
      if (fields.put(key, new Field(tuple.getKeyNode(), tuple.getValueNode())) != null) {
        throw error(tuple.getKeyNode(), "'" + key + "' is there twice");
      }
    }
    return fields;
  }

  /** The fields of a mapping that has these only. */
  Map<String, Field> fields(Node node, String what, Collection<String> allowed) {
    Map<String, Field> fields = fields(node, what);
    fields.forEach(
        (key, field) -> {
          if (!allowed.contains(key)) {
            throw error(
                field.key(), "'" + key + "' is not known in " + what + "; allowed are " + allowed);
          }
        });
    return fields;
  }

  /** The items of a list. */
  List<Node> items(Node node, String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    throw error(node, what + " must be a list");
  }

  /** A text. */
  String text(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error(node, what + " must be a text");
  }

  /** True or false. */
  boolean flag(Node node, String what) {
    return switch (text(node, what)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw error(node, what + " must be true or false");
    };
  }

  /**
   * An expression.
   *
   * @param known the names of columns and of other expressions
   */
  Expression expression(Node node, String what, KnownNames known) {
    if (!(node instanceof ScalarNode scalar)) {
      throw error(node, what + " must be an expression, such as scale_to_z_score(age)");
    }
    return ExpressionText.parse(
        scalar.getValue(),
        known,
        offset -> SourceLocation.of(name, text, () -> written(scalar, offset)));
  }

  private SourceLocation at(Mark mark) {
    return SourceLocation.of(name, text, offset(mark));
  }

  /** Marks count code points. */
  private int offset(Mark mark) {
    int index = Math.min(mark.getIndex(), length);
    return length == text.length() ? index : text.offsetByCodePoints(0, index);
  }

  /**
   * Where a character of a scalar is written: YAML folds lines and doubles quotes, but writes every
   * other character as itself.
   */
  private int written(ScalarNode scalar, int index) {
    String value = scalar.getValue();
    ScalarStyle style = scalar.getScalarStyle();
    int end = offset(scalar.getEndMark());
    int at = content(scalar);
    for (int i = 0; i < value.length(); i++) {
      if (Character.isWhitespace(value.charAt(i))) {
        continue;
      }
      while (at < end && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (i >= index) {
        return Math.min(at, end);
      }
      boolean doubled =
          style == ScalarStyle.SINGLE_QUOTED && value.charAt(i) == '\''
              || style == ScalarStyle.DOUBLE_QUOTED && at < end && text.charAt(at) == '\\';
      at += doubled ? 2 : 1;
    }
    return Math.min(at, end);
  }

  private int content(ScalarNode scalar) {
    int start = offset(scalar.getStartMark());
    return switch (scalar.getScalarStyle()) {
      case SINGLE_QUOTED, DOUBLE_QUOTED -> start + 1;
      case LITERAL, FOLDED -> Math.max(start, text.indexOf('\n', start));
      default -> start;
    };
  }
}
