// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The rules for operations that print. They are let in where they print numbers, and plain text of
 * their attributes and constants, to standard error or the log. TensorFlow passes the text of a
 * tensor on as it is: to a terminal, it can be a command.
 */
final class Printing {

  private static final Set<String> STREAMS =
      Set.of("", "stderr", "log(info)", "log(warning)", "log(error)");

  private Printing() {}

  /** What {@code Print} does that is not let in: it prints to standard error. */
  static Optional<String> ofPrint(NodeDef node) {
    return isPlain(node, "message") && !haveTexts(node, "U")
        ? Optional.empty()
        : Optional.of("prints text as it is to the terminal");
  }

  /** What {@code PrintV2} does that is not let in; it prints one text. */
  static Optional<String> ofPrintV2(ScanScope scope, NodeDef node) {
    String stream = NodeAttributes.of(node, "output_stream").getS().toStringUtf8();
    if (!STREAMS.contains(stream)) {
      return Optional.of(
          stream.equals("stdout") ? "prints into the output of the program" : "writes a file");
    }
    return isPlain(node, "end") && node.getInputCount() > 0 && isPlain(scope, node.getInput(0))
        ? Optional.empty()
        : Optional.of("prints text as it is to the terminal");
  }

  /** Where operations have their patterns and rewrites: RE2 prints those that are none. */
  static final Map<String, List<Integer>> PATTERN_INPUTS =
      Map.of("RegexFullMatch", List.of(1), "RegexReplace", List.of(1, 2));

  /** What an operation with patterns does that is not let in. */
  static Optional<String> ofPatterns(ScanScope scope, NodeDef node) {
    boolean plain =
        isPlain(node, "pattern")
            && isPlain(node, "rewrite")
            && PATTERN_INPUTS.getOrDefault(node.getOp(), List.of()).stream()
                .allMatch(i -> i < node.getInputCount() && isConstant(scope, node.getInput(i)));
    return plain
        ? Optional.empty()
        : Optional.of("prints a pattern that is none as it is to the terminal");
  }

  private static boolean isConstant(ScanScope scope, String input) {
    NodeDef constant = scope.unique().get(DataFlow.producer(input));
    return constant != null
        && constant.getOp().equals("Const")
        && NodeAttributes.of(constant, "value").getTensor().getTensorContent().isEmpty()
        && NodeAttributes.of(constant, "value").getTensor().getStringValList().stream()
            .allMatch(Printing::isPlain);
  }

  /**
   * Whether no name in descriptions of messages ({@code bytes://} and a {@code FileDescriptorSet})
   * has control characters: protobuf prints those that do not hold together.
   */
  static boolean arePlain(ByteString source) {
    ByteString start = ByteString.copyFromUtf8("bytes://");
    if (!source.startsWith(start)) {
      return true;
    }
    Deque<Message> open = new ArrayDeque<>();
    try {
      open.add(DescriptorProtos.FileDescriptorSet.parseFrom(source.substring(start.size())));
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
    while (!open.isEmpty()) {
      for (Object field : open.remove().getAllFields().values()) {
        for (Object value : field instanceof List<?> all ? all : List.of(field)) {
          if (value instanceof Message message) {
            open.add(message);
          } else if (value instanceof String text && !isPlain(ByteString.copyFromUtf8(text))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Whether a text is made of numbers, and of a template without control characters. */
  private static boolean isPlain(ScanScope scope, String input) {
    NodeDef text = scope.unique().get(DataFlow.producer(input));
    return text != null
        && text.getOp().equals("StringFormat")
        && isPlain(text, "template")
        && isPlain(text, "placeholder")
        && !haveTexts(text, "T");
  }

  private static boolean isPlain(NodeDef node, String name) {
    return isPlain(NodeAttributes.of(node, name).getS());
  }

  private static boolean isPlain(ByteString text) {
    return text.isValidUtf8()
        && text.toStringUtf8()
            .codePoints()
            .allMatch(c -> c == '\n' || c == '\t' || !Character.isISOControl(c));
  }

  private static boolean haveTexts(NodeDef node, String types) {
    List<DataType> all = NodeAttributes.of(node, types).getList().getTypeList();
    return all.stream().anyMatch(t -> t == DataType.DT_STRING || NodeAttributes.isObject(t));
  }
}
