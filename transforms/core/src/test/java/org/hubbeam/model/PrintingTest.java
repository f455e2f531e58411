// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What Python's {@code tf.print} makes is let in for numbers, and not for texts. */
class PrintingTest {

  private static final String ESCAPE = "\u001b[2J";

  @Test
  void numbersAreLetIn() {
    assertThat(harm(format("loss: {} {}", DataType.DT_FLOAT), print("stderr", "\n"))).isEmpty();
    assertThat(harm(format("done\t"), print("log(info)", ""))).isEmpty();
    assertThat(harm(format("{}", DataType.DT_INT64), print("", "\n"))).isEmpty();
  }

  @Test
  void textsOfTensorsAreNot() {
    assertThat(harm(format("{}", DataType.DT_STRING), print("stderr", "\n")))
        .isEqualTo("prints text as it is to the terminal");
    assertThat(harm(NodeDef.newBuilder().setName("text").setOp("Const"), print("stderr", "\n")))
        .isEqualTo("prints text as it is to the terminal");
  }

  @ValueSource(strings = {ESCAPE, "\u009b2J", "\u0007", "a\rb"})
  @ParameterizedTest
  void controlCharactersAreNot(String text) {
    assertThat(harm(format("a" + text), print("stderr", "\n"))).isNotEmpty();
    assertThat(harm(format("a"), print("stderr", text))).isNotEmpty();
    assertThat(Printing.ofPrint(printV1(text, DataType.DT_FLOAT))).isPresent();
  }

  @Test
  void filesAndTheOutputOfTheProgramAreNot() {
    assertThat(harm(format("a"), print("file:///tmp/f", "\n"))).isEqualTo("writes a file");
    assertThat(harm(format("a"), print("stdout", "\n")))
        .isEqualTo("prints into the output of the program");
  }

  @Test
  void theOldOperationIsLetInForNumbers() {
    assertThat(Printing.ofPrint(printV1("loss: ", DataType.DT_FLOAT))).isEmpty();
    assertThat(Printing.ofPrint(printV1("text: ", DataType.DT_STRING))).isPresent();
  }

  @Test
  void patternsAreLetInAsPlainConstants() {
    assertThat(patterns(constant("[^a-z\t]"), "StaticRegexReplace", "[a-z]+", " ")).isEmpty();
    assertThat(patterns(constant("[^a-z\t]"), "RegexReplace", "", "")).isEmpty();
    assertThat(patterns(constant("(" + ESCAPE), "RegexReplace", "", "")).isNotEmpty();
    assertThat(patterns(constant("a"), "StaticRegexReplace", "(" + ESCAPE, "")).isNotEmpty();
    assertThat(patterns(constant("a"), "StaticRegexReplace", "a", ESCAPE + "\\q")).isNotEmpty();
    assertThat(patterns(format("a"), "RegexFullMatch", "", "")).isNotEmpty();
  }

  @Test
  void patternsInBytesOfATensorAreNot() {
    NodeDef.Builder packed = constant("a");
    AttrValue.Builder value = packed.getAttrOrThrow("value").toBuilder();
    value.getTensorBuilder().clearStringVal().setTensorContent(ByteString.copyFromUtf8("\1("));
    packed.putAttr("value", value.build());
    assertThat(patterns(packed, "RegexReplace", "", "")).isNotEmpty();
  }

  @Test
  void namesInDescriptionsOfMessagesAreLetInWithoutControlCharacters() {
    assertThat(Printing.arePlain(description("p.M"))).isTrue();
    assertThat(Printing.arePlain(description("p.M" + ESCAPE))).isFalse();
    assertThat(Printing.arePlain(ByteString.copyFromUtf8("local://"))).isTrue();
    assertThat(Printing.arePlain(ByteString.copyFromUtf8("bytes://\1"))).isFalse();
  }

  private static ByteString description(String type) {
    DescriptorProtos.FileDescriptorSet.Builder files =
        DescriptorProtos.FileDescriptorSet.newBuilder();
    files
        .addFileBuilder()
        .addMessageTypeBuilder()
        .setName("M")
        .addFieldBuilder()
        .setName("f")
        .setTypeName(type);
    return ByteString.copyFromUtf8("bytes://").concat(files.build().toByteString());
  }

  private static String patterns(NodeDef.Builder text, String op, String pattern, String rewrite) {
    NodeDef node =
        NodeDef.newBuilder()
            .setName("matches")
            .setOp(op)
            .addAllInput(List.of("x", "text:output:0", "text:output:0"))
            .putAttr("pattern", text(pattern))
            .putAttr("rewrite", text(rewrite))
            .build();
    GraphDef graph = GraphDef.newBuilder().addNode(text).addNode(node).build();
    return Printing.ofPatterns(ScanScope.graph(graph, "the graph"), node).orElse("");
  }

  private static NodeDef.Builder constant(String text) {
    AttrValue.Builder value = AttrValue.newBuilder();
    value
        .getTensorBuilder()
        .setDtype(DataType.DT_STRING)
        .addStringVal(ByteString.copyFromUtf8(text));
    return NodeDef.newBuilder().setName("text").setOp("Const").putAttr("value", value.build());
  }

  private static String harm(NodeDef.Builder text, NodeDef.Builder print) {
    NodeDef node = print.addInput("text:output:0").build();
    GraphDef graph = GraphDef.newBuilder().addNode(text).addNode(node).build();
    return Printing.ofPrintV2(ScanScope.graph(graph, "the graph"), node).orElse("");
  }

  private static NodeDef.Builder format(String template, DataType... types) {
    AttrValue.Builder list = AttrValue.newBuilder();
    list.getListBuilder().addAllType(List.of(types));
    return NodeDef.newBuilder()
        .setName("text")
        .setOp("StringFormat")
        .putAttr("T", list.build())
        .putAttr("template", text(template))
        .putAttr("placeholder", text("{}"));
  }

  private static NodeDef.Builder print(String stream, String end) {
    return NodeDef.newBuilder()
        .setName("print")
        .setOp("PrintV2")
        .putAttr("output_stream", text(stream))
        .putAttr("end", text(end));
  }

  private static NodeDef printV1(String message, DataType type) {
    AttrValue.Builder types = AttrValue.newBuilder();
    types.getListBuilder().addType(type);
    return NodeDef.newBuilder()
        .setOp("Print")
        .putAttr("message", text(message))
        .putAttr("U", types.build())
        .build();
  }

  private static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }
}
