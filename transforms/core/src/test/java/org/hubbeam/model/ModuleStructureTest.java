// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.batch.Shape;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TypeSpecProto;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Broken modules are refused before TensorFlow sees them, by one exception and on one line. What is
 * legal is what Python's TensorFlow takes.
 */
class ModuleStructureTest {

  private static final String SIGNATURE = "the signature 'serving_default': ";

  @TempDir Path folder;

  static Stream<Arguments> broken() {
    return Stream.of(graphs(), constants(), signatures(), functions()).flatMap(s -> s);
  }

  private static Stream<Arguments> graphs() {
    return Stream.of(
        broken(
            "the node 'z' ('Identity'): there is no node for the tensor 'none'",
            m -> add(m, identity("z", "none"))),
        broken(
            "the node 'z' ('Identity'): there is no tensor 'x:7'; the node has 1 output",
            m -> add(m, identity("z", "x:7"))),
        broken(
            "'x:99999999999' is no name of a tensor", m -> add(m, identity("z", "x:99999999999"))),
        broken("'x:-1' is no name of a tensor", m -> add(m, identity("z", "x:-1"))),
        broken(
            "the node 'z' ('Identity'): there is no node 'none'",
            m -> add(m, identity("z", "x").toBuilder().addInput("^none").build())),
        broken(
            "the input 'x' comes after a control input",
            m -> add(m, identity("z", "^x").toBuilder().addInput("x").build())),
        broken(
            "has 2 inputs; the operation 'Identity' takes 1",
            m -> add(m, identity("z", "x").toBuilder().addInput("x").build())),
        broken(
            "the node 'z' ('Identity'): lacks the attribute 'T' of the operation 'Identity'",
            m -> add(m, identity("z", "x").toBuilder().removeAttr("T").build())),
        broken(
            "the attribute 'T' is no type",
            m -> add(m, identity("z", "x").toBuilder().putAttr("T", Protos.attr(1)).build())),
        broken(
            "the attribute 'T': there is no dtype with the number 99",
            m ->
                add(
                    m,
                    identity("z", "x").toBuilder()
                        .putAttr("T", AttrValue.newBuilder().setTypeValue(99).build())
                        .build())),
        broken(
            "the attribute 'num_split' is 2000000000; 0 to 1000000 is allowed",
            m ->
                add(
                    m,
                    node("z", "Split", "x", "x")
                        .putAttr("T", Protos.attr(DataType.DT_FLOAT))
                        .putAttr("num_split", Protos.attr(2_000_000_000))
                        .build())),
        broken("two nodes have the name 'x'", m -> add(m, identity("x", "y"))),
        broken("'^z' is no name of a node", m -> add(m, identity("^z", "x"))),
        broken("'\\u001b[2J' is no name of a node", m -> add(m, identity("\u001b[2J", "x"))),
        broken("this is no name of an operation", m -> add(m, node("z", "a\nb").build())),
        broken("the node 'z' ('Identity') waits for itself", m -> add(m, identity("z", "z"))),
        broken(
            "' ('Identity') waits for itself",
            m -> {
              for (int i = 0; i < 1000; i++) {
                add(m, identity("n" + i, "n" + (i + 1) % 1000));
              }
            }),
        broken(
            "a shape has 255 dimensions; TensorFlow allows 254",
            m -> add(m, placeholder("z", Collections.nCopies(255, 1L)))),
        broken("a dimension cannot be -7", m -> add(m, placeholder("z", List.of(-7L)))),
        broken(
            "a shape has more than 2^63 values",
            m -> add(m, placeholder("z", List.of(1L << 40, 1L << 40)))),
        broken(
            "the saver: there is no node 'none'",
            m -> m.setSaverDef(SaverDef.newBuilder().setRestoreOpName("none"))),
        broken(
            "the saver: there is no node for the tensor ':0'",
            m ->
                m.setSaverDef(
                    SaverDef.newBuilder().setRestoreOpName("x").setFilenameTensorName(":0"))),
        broken(
            "the asset 'a\\u0000b' has no name of a file",
            m -> m.addAssetFileDef(AssetFileDef.newBuilder().setFilename("a\0b"))),
        broken(
            "the asset: there is no node for the tensor 'none:0'",
            m ->
                m.addAssetFileDef(
                    AssetFileDef.newBuilder()
                        .setFilename("a")
                        .setTensorInfo(TensorInfo.newBuilder().setName("none:0")))),
        broken(
            "the initialiser: there is no node 'none'",
            m -> m.putSignatureDef("__saved_model_init_op", signature("none"))));
  }

  private static Stream<Arguments> constants() {
    TensorProto.Builder floats = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    TensorProto.Builder complex = TensorProto.newBuilder().setDtype(DataType.DT_COMPLEX64);
    return Stream.of(
        broken(
            "a constant of 4 values of DT_FLOAT has 3 bytes",
            constant(floats.clone().setTensorContent(bytes(3)), 4)),
        broken(
            "a constant of 1 values has 2", constant(floats.clone().addFloatVal(1).addFloatVal(2))),
        broken(
            "a complex constant has 3 parts",
            constant(complex.addAllScomplexVal(List.of(1f, 2f, 3f)), 2)),
        broken("a dimension cannot be -5", constant(floats.clone(), -5)),
        broken("a constant has more than 2^63 bytes", constant(floats.clone(), 1L << 62)),
        broken(
            "constants of one repeated value need 4398046511104 bytes of memory",
            constant(floats.clone().addFloatVal(1), 1L << 40)),
        broken("a value cannot be DT_INVALID", constant(TensorProto.newBuilder(), 1)),
        broken(
            "a value cannot be DT_FLOAT_REF",
            constant(TensorProto.newBuilder().setDtypeValue(101), 1)),
        broken(
            "the default of the input 'x': constants of one repeated value need 400000000 bytes",
            m ->
                m.putSignatureDef(
                    "serving_default",
                    signature("y:0").toBuilder()
                        .putDefaults("x", tensor(floats.clone(), 100_000_000))
                        .build())));
  }

  private static Stream<Arguments> signatures() {
    return Stream.of(
        broken(SIGNATURE + "the output 'y': 'y:x' is no name of a tensor", output("y:x")),
        broken(SIGNATURE + "the output 'y': there is no node for the tensor ''", output("")),
        broken(SIGNATURE + "the output 'y': there is no tensor 'y:1'", output("y:1")),
        broken(
            SIGNATURE + "the output 'y': there is no dtype with the number 99",
            m ->
                m.putSignatureDef(
                    "serving_default",
                    SignatureDef.newBuilder()
                        .putOutputs(
                            "y", TensorInfo.newBuilder().setName("y:0").setDtypeValue(99).build())
                        .build())),
        broken(
            "there is no node for the tensor 'values:0'",
            info(
                TensorInfo.newBuilder()
                    .setCooSparse(
                        TensorInfo.CooSparse.newBuilder()
                            .setIndicesTensorName("x:0")
                            .setValuesTensorName("values:0")
                            .setDenseShapeTensorName("x:0")))),
        broken(
            "a RAGGED_TENSOR_SPEC lacks what describes it",
            composite(
                TypeSpecProto.newBuilder()
                    .setTypeSpecClass(TypeSpecProto.TypeSpecClass.RAGGED_TENSOR_SPEC))),
        broken(
            "a ragged tensor cannot have 2147483648 ragged dimensions",
            composite(ragged(1L << 31))),
        broken("a composite tensor of 3 tensors has 0", composite(ragged(2))),
        broken(
            "the signature 'a\\u000ab': this is no name",
            m -> m.putSignatureDef("a\nb", signature("y:0"))));
  }

  private static Stream<Arguments> functions() {
    return Stream.of(
        broken(
            "the function 'f': the node 'n' ('Identity'): 'm' names no output of the node",
            m -> add(m, function("f", identity("m", "x"), identity("n", "m")))),
        broken(
            "the operation 'Identity' has no output 'out'",
            m -> add(m, function("f", identity("m", "x"), identity("n", "m:out:0")))),
        broken(
            "there is no tensor 'm:output:1'",
            m -> add(m, function("f", identity("m", "x"), identity("n", "m:output:1")))),
        broken(
            "the function 'f': the output 'y': nothing is returned",
            m -> add(m, function("f", identity("n", "x")).toBuilder().clearRet().build())),
        broken(
            "two functions have the name 'f'",
            m -> {
              add(m, function("f", identity("n", "x")));
              add(m, function("f", identity("n", "x"), identity("m", "x")));
            }),
        broken("the function 'f' calls itself", m -> add(m, function("f", call("n", "f")))),
        broken(
            " calls itself",
            m -> {
              add(m, function("f", call("n", "g")));
              add(m, function("g", call("n", "h")));
              add(m, function("h", call("n", "f")));
            }),
        broken(
            "the function 'g' has more than 200000 operations in a row, those of called functions"
                + " included",
            m -> {
              add(m, function("f", chain(1000, i -> identity("m" + i, input("m", i, "x")))));
              add(m, function("g", chain(200, i -> call("m" + i, "f", input("m", i, "x")))));
            }),
        broken(
            "the graph has more than 200000 operations in a row",
            m -> {
              add(m, identity("m0", "x"));
              for (int i = 1; i <= 200_000; i++) {
                add(m, identity("m" + i, "m" + (i - 1)));
              }
            }),
        broken(
            " has more than 1000 calls of functions inside each other",
            m -> {
              for (int i = 0; i < 1001; i++) {
                add(m, function("f" + i, call("n", "f" + (i + 1))));
              }
              add(m, function("f1001", identity("n", "x")));
            }),
        broken(
            " has more than 1000000 nodes where each call of a function is replaced by the"
                + " function",
            m -> {
              for (int i = 0; i < 40; i++) {
                add(m, function("f" + i, call("n", "f" + (i + 1)), call("m", "f" + (i + 1))));
              }
              add(m, function("f40", identity("n", "x")));
            }),
        broken(
            "a name has 1001 characters; at most 1000 are allowed",
            m -> {
              add(m, function("f", identity("n", "x")));
              m.getObjectGraphDefBuilder().putConcreteFunctions("f", described("k".repeat(1001)));
            }),
        broken(
            "the functions' signatures take too many bytes, all variants together",
            m -> {
              add(m, function("f", identity("n", "x")));
              m.getObjectGraphDefBuilder().putConcreteFunctions("f", described("k".repeat(1000)));
              m.getObjectGraphDefBuilder()
                  .addNodesBuilder()
                  .getFunctionBuilder()
                  .addAllConcreteFunctions(Collections.nCopies(70_000, "f"));
            }));
  }

  private static SavedConcreteFunction described(String key) {
    SavedConcreteFunction.Builder concrete = SavedConcreteFunction.newBuilder();
    concrete
        .getOutputSignatureBuilder()
        .getDictValueBuilder()
        .putFields(key, StructuredValue.getDefaultInstance());
    return concrete.build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void isRefused(String message, Consumer<MetaGraphDef.Builder> change) throws IOException {
    MetaGraphDef.Builder graph = graph();
    change.accept(graph);
    write(SavedModel.newBuilder().addMetaGraphs(graph).build());

    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOfSatisfying(
            ModuleException.class,
            e -> assertThat(e.kind()).isEqualTo(ModuleException.Kind.NOT_LOADABLE))
        .hasMessageStartingWith("the module in " + folder + " is broken: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> Module.load(folder, ModuleOptions.DEFAULT))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theWholeIsRead() throws IOException {
    write(SavedModel.newBuilder().addMetaGraphs(graph()).build());

    assertThat(ModuleInfo.read(folder, null).callables().toString()).contains("x: float32", "y: ");
  }

  @Test
  void fillsAndLoopsAreLegal() throws IOException {
    MetaGraphDef.Builder graph = graph();
    constant(TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).addFloatVal(2), 10_000_000)
        .accept(graph);
    AttrValue type = Protos.attr(DataType.DT_FLOAT);
    add(
        graph,
        node("enter", "Enter", "x")
            .putAttr("T", type)
            .putAttr("frame_name", Protos.attr("f"))
            .build());
    add(
        graph,
        node("merge", "Merge", "enter", "next")
            .putAttr("T", type)
            .putAttr("N", Protos.attr(2))
            .build());
    add(graph, node("next", "NextIteration", "merge").putAttr("T", type).build());
    add(graph, function("f", identity("n", "x"), identity("m", "n:output:0")));
    add(graph, function("f", identity("n", "x"), identity("m", "n:output:0")));
    write(SavedModel.newBuilder().addMetaGraphs(graph).build());

    assertThat(ModuleInfo.read(folder, null).ops()).contains("NextIteration");
  }

  @Test
  void hostileModulesAreOneException() {
    Map<String, String> messages =
        Map.of(
            "obj_asset_index", "object 2: refers to asset 77, but there are 1",
            "obj_asset_nul", "the asset 'a\\u0000b' has no name of a file",
            "obj_child_out_of_range", "object 0: refers to object 9999, but there are 17 objects",
            "obj_functions_empty", "object 3: '_create_resource' has no function to call",
            "obj_self_recursion", " calls itself",
            "obj_variable_dtype77", "object 1: there is no dtype with the number 77",
            "obj_variable_huge", "object 1: the variable is DT_FLOAT [1099511627776], but",
            "obj_variable_negative", "object 1: a dimension cannot be -7",
            "pb_empty", "it has no graph",
            "tf1_fileop_no_inputs", "has 0 inputs; the operation 'TextLineDataset' takes 3");
    messages.forEach(
        (name, message) -> {
          Path module = TestFiles.cases("hostile/modules").resolve(name);
          assertThatThrownBy(() -> ModuleInfo.read(module, null))
              .isInstanceOf(ModuleException.class)
              .hasMessageStartingWith("the module in " + module + " is broken: ")
              .hasMessageContaining(message)
              .hasMessageNotContaining("\n");
        });
  }

  @Test
  void mutatedFilesAreOneException() throws IOException {
    Map<String, String> messages =
        Map.of(
            "u_409.pb", "object 2: refers to object 4, but there are 4 objects",
            "u_915.pb", "2 graphs have the tags [serve]");
    for (Map.Entry<String, String> file : messages.entrySet()) {
      Files.copy(
          TestFiles.cases("hostile/files").resolve(file.getKey()),
          folder.resolve("saved_model.pb"),
          StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> ModuleInfo.read(folder, null))
          .isInstanceOf(ModuleException.class)
          .hasMessage("the module in " + folder + " is broken: " + file.getValue());
    }
  }

  @Test
  void thereIsOneGraphWithTheTags() throws IOException {
    write(SavedModel.getDefaultInstance());
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessage("the module in " + folder + " is broken: it has no graph");

    write(SavedModel.newBuilder().addMetaGraphs(graph()).addMetaGraphs(graph()).build());
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessage("the module in " + folder + " is broken: 2 graphs have the tags [serve]");
  }

  @Test
  void filesThatAreNoSavedModelAreTold() throws IOException {
    Path binary = folder.resolve("saved_model.pb");
    Files.write(binary, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessageStartingWith(binary + " is broken: ")
        .hasMessageNotContaining("\n");
    Files.delete(binary);
    Path text = folder.resolve("saved_model.pbtxt");
    Files.write(text, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessage(text + " is broken: it is no text in UTF-8");
    Files.writeString(
        text,
        "meta_graphs { object_graph_def { concrete_functions { key: 'f' value { output_signature "
            + "{ list_value { values ".repeat(5000));
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessageStartingWith(text + " is broken: ");
  }

  private void write(SavedModel model) throws IOException {
    Files.write(folder.resolve("saved_model.pb"), model.toByteArray());
  }

  private static Arguments broken(String message, Consumer<MetaGraphDef.Builder> change) {
    return Arguments.of(message, change);
  }

  private static MetaGraphDef.Builder graph() {
    MetaGraphDef.Builder graph = MetaGraphDef.newBuilder();
    graph.getMetaInfoDefBuilder().addTags("serve");
    add(graph, placeholder("x", List.of(-1L)));
    add(graph, identity("y", "x"));
    return graph.putSignatureDef("serving_default", signature("y:0"));
  }

  private static SignatureDef signature(String output) {
    return SignatureDef.newBuilder()
        .putInputs("x", tensorInfo("x:0").build())
        .putOutputs("y", tensorInfo(output).build())
        .build();
  }

  private static TensorInfo.Builder tensorInfo(String name) {
    return TensorInfo.newBuilder().setName(name).setDtype(DataType.DT_FLOAT);
  }

  private static Consumer<MetaGraphDef.Builder> output(String tensor) {
    return m -> m.putSignatureDef("serving_default", signature(tensor));
  }

  private static Consumer<MetaGraphDef.Builder> info(TensorInfo.Builder input) {
    return m ->
        m.putSignatureDef(
            "serving_default",
            signature("y:0").toBuilder()
                .putInputs("x", input.setDtype(DataType.DT_FLOAT).build())
                .build());
  }

  private static Consumer<MetaGraphDef.Builder> composite(TypeSpecProto.Builder spec) {
    return info(
        TensorInfo.newBuilder()
            .setCompositeTensor(TensorInfo.CompositeTensor.newBuilder().setTypeSpec(spec)));
  }

  private static TypeSpecProto.Builder ragged(long rank) {
    StructuredValue shape =
        StructuredValue.newBuilder().setTensorShapeValue(Protos.shape(Shape.UNKNOWN)).build();
    StructuredValue dtype =
        StructuredValue.newBuilder().setTensorDtypeValue(DataType.DT_INT64).build();
    return TypeSpecProto.newBuilder()
        .setTypeSpecClass(TypeSpecProto.TypeSpecClass.RAGGED_TENSOR_SPEC)
        .setTypeState(
            StructuredValues.tuple(List.of(shape, dtype, StructuredValues.python(rank), dtype)));
  }

  private static void add(MetaGraphDef.Builder graph, NodeDef node) {
    graph.getGraphDefBuilder().addNode(node);
  }

  private static void add(MetaGraphDef.Builder graph, FunctionDef function) {
    graph.getGraphDefBuilder().getLibraryBuilder().addFunction(function);
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs));
  }

  private static NodeDef identity(String name, String input) {
    return node(name, "Identity", input).putAttr("T", Protos.attr(DataType.DT_FLOAT)).build();
  }

  private static NodeDef placeholder(String name, List<Long> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dims.forEach(d -> shape.addDimBuilder().setSize(d));
    return node(name, "Placeholder")
        .putAttr("dtype", Protos.attr(DataType.DT_FLOAT))
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .build();
  }

  private static Consumer<MetaGraphDef.Builder> constant(TensorProto.Builder value, long... dims) {
    return m ->
        add(
            m,
            node("constant", "Const")
                .putAttr("dtype", Protos.attr(DataType.DT_FLOAT))
                .putAttr("value", Protos.attr(tensor(value, dims)))
                .build());
  }

  private static TensorProto tensor(TensorProto.Builder value, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDimBuilder().setSize(dim);
    }
    return value.setTensorShape(shape).build();
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }

  private static FunctionDef function(String name, NodeDef... nodes) {
    OpDef.ArgDef argument =
        OpDef.ArgDef.newBuilder().setName("x").setType(DataType.DT_FLOAT).build();
    return FunctionDef.newBuilder()
        .setSignature(
            OpDef.newBuilder()
                .setName(name)
                .addInputArg(argument)
                .addOutputArg(argument.toBuilder().setName("y")))
        .addAllNodeDef(List.of(nodes))
        .putRet("y", "n:output:0")
        .build();
  }

  /** Nodes in a row, and one that ends them. */
  private static NodeDef[] chain(int count, IntFunction<NodeDef> node) {
    return Stream.concat(
            IntStream.range(0, count).mapToObj(node),
            Stream.of(identity("n", input("m", count, "x"))))
        .toArray(NodeDef[]::new);
  }

  /** What the node of a number takes: the one before it gives it, or there is none. */
  private static String input(String name, int number, String first) {
    return number == 0 ? first : name + (number - 1) + ":output:0";
  }

  private static NodeDef call(String name, String function) {
    return call(name, function, "x");
  }

  private static NodeDef call(String name, String function, String input) {
    return node(name, "PartitionedCall", input)
        .putAllAttr(
            Map.of(
                "f", Protos.function(function),
                "Tin", Protos.types(List.of(DataType.DT_FLOAT)),
                "Tout", Protos.types(List.of(DataType.DT_FLOAT))))
        .build();
  }
}
