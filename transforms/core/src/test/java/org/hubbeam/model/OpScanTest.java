// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.hubbeam.model.fixtures.Graphs.call;
import static org.hubbeam.model.fixtures.Graphs.function;
import static org.hubbeam.model.fixtures.Graphs.info;
import static org.hubbeam.model.fixtures.Graphs.initialise;
import static org.hubbeam.model.fixtures.Graphs.node;
import static org.hubbeam.model.fixtures.Graphs.text;
import static org.hubbeam.model.fixtures.Graphs.type;
import static org.hubbeam.model.fixtures.Graphs.types;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.model.fixtures.Graphs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RegisteredGradient;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VariantTensorDataProto;

/** What is let into this process of a module from elsewhere. */
class OpScanTest {

  private static final AttrValue STRING = type(DataType.DT_STRING);
  private static final AttrValue INT64 = type(DataType.DT_INT64);

  @TempDir Path work;

  private int written;

  @Test
  void eachConditionOfTheTableHasARule() {
    OpTable table = OpTable.get();
    Set<String> conditional = new TreeSet<>(table.names(OpClass.CONDITIONAL));
    conditional.addAll(table.names(OpClass.CHECKPOINT));

    assertThat(rules().ops()).isEqualTo(conditional);
  }

  private OpRules rules() {
    Path folder = write("echo", Graphs.echo());
    ModuleDefinition definition = ModuleDefinition.read(folder, null);
    GraphDef graph = definition.metaGraph().getGraphDef();
    FunctionReach reach = new FunctionReach(graph.getLibrary());
    List<ScanScope> scopes = List.of(ScanScope.graph(graph, "the graph"));
    return new OpRules(
        new AssetPaths(definition, scopes, reach), new CheckpointNodes(definition, scopes, reach));
  }

  @Test
  void aRefusalNamesTheOperationItsNodeAndItsFunctionAndHowToAllowIt() {
    MetaGraphDef.Builder meta = Graphs.echo();
    library(meta, function("f", List.of("p"), "", List.of(writes("a/b", "p", "p"))));
    Path folder = write("writes", meta);

    assertThat(refusal(folder, Set.of()))
        .isEqualTo(
            "the module in "
                + folder
                + " has operations that a module from elsewhere may not use: WriteFile in the"
                + " function f (node a/b), which writes files; if you trust it, allow this with"
                + " --allowOps=WriteFile");
    assertThatNoException().isThrownBy(() -> load(folder, Set.of("WriteFile")));
  }

  @Test
  void allPlacesAreToldUpToABound() {
    MetaGraphDef.Builder meta = Graphs.echo();
    for (int i = 0; i < 20; i++) {
      library(meta, function("f" + i, List.of("p"), "", List.of(writes("w", "p", "p"))));
    }
    meta.getGraphDefBuilder().addNode(node("r", "ReadFile", List.of("x")));
    Path folder = write("many", meta);

    assertThat(refusal(folder, Set.of()))
        .contains("ReadFile in the graph (node r), which reads files; ")
        .contains("; and 13 more; ")
        .endsWith("--allowOps=ReadFile,WriteFile");
    assertThat(refusal(folder, Set.of("ReadFile")))
        .doesNotContain("ReadFile")
        .endsWith("--allowOps=WriteFile");
    assertThat(ModuleInfo.read(folder, null).unsafeOps()).hasSize(21);
  }

  @Test
  void namesOfOthersStayOnOneLine() {
    MetaGraphDef.Builder meta = Graphs.echo();
    library(meta, function("f\u202e" + "g".repeat(5000), List.of(), "", List.of(abort("a"))));

    assertThat(ModuleInfo.read(write("names", meta), null).unsafeOps())
        .singleElement()
        .satisfies(
            u ->
                assertThat(u.toString())
                    .hasSizeLessThan(500)
                    .doesNotContain("\u202e")
                    .contains("\\u202e"));
  }

  @TestFactory
  Stream<DynamicTest> aFileIsReadFromTheConstantOfAnAssetOnly() {
    return Stream.of(
        refused("a constant", "TextLineDataset", m -> reads(m, text("f", "/etc/passwd"), "f")),
        refused("an asset through Identity", "TextLineDataset", OpScanTest::throughIdentity),
        refused("another output", "TextLineDataset", OpScanTest::isAnotherOutput),
        refused("an asset that is no constant", "TextLineDataset", OpScanTest::isIdentity),
        refused("an asset that a caller feeds", "TextLineDataset", OpScanTest::isFed),
        refused("an asset that the saver feeds", "TextLineDataset", OpScanTest::isFedBySaver),
        broken("a name of two nodes", "f", OpScanTest::isThereTwice),
        refused("a name that is a number", "TextLineDataset", OpScanTest::isNumber),
        refused("a constant that is changed", "InplaceUpdate", OpScanTest::isChanged),
        refused("a vocabulary of a sampler", "FixedUnigramCandidateSampler", OpScanTest::samples),
        broken("a cycle", "a", OpScanTest::isCycle),
        broken("no file at all", "read", OpScanTest::hasNoInputs));
  }

  private static void throughIdentity(MetaGraphDef.Builder meta) {
    add(meta, asset(meta, "f:0"));
    reads(meta, node("i", "Identity", List.of("f"), "T", STRING), "i");
  }

  private static void isAnotherOutput(MetaGraphDef.Builder meta) {
    asset(meta, "f:0");
    NodeDef two = node("f", "IdentityN", List.of("x", "x"), "T", types(2));
    reads(meta, two, "f:1");
  }

  private static void isIdentity(MetaGraphDef.Builder meta) {
    add(meta, text("evil", "/etc/passwd"));
    asset(meta, "f:0");
    reads(meta, node("f", "Identity", List.of("evil"), "T", STRING), "f");
  }

  private static void isFed(MetaGraphDef.Builder meta) {
    reads(meta, asset(meta, "f:0"), "f");
    meta.putSignatureDef(
        "other",
        meta.getSignatureDefOrThrow("serving_default").toBuilder()
            .putInputs("file", info("f:0"))
            .build());
  }

  private static void isFedBySaver(MetaGraphDef.Builder meta) {
    reads(meta, asset(meta, "f:0"), "f");
    meta.setSaverDef(SaverDef.newBuilder().setFilenameTensorName("f:0").setRestoreOpName("y"));
  }

  private static void isThereTwice(MetaGraphDef.Builder meta) {
    reads(meta, asset(meta, "f:0"), "f");
    add(meta, text("f", "/etc/passwd"));
  }

  private static void isNumber(MetaGraphDef.Builder meta) {
    asset(meta, "f:0");
    reads(meta, number("f"), "f");
  }

  private static void isChanged(MetaGraphDef.Builder meta) {
    reads(meta, asset(meta, "f:0"), "f");
    add(meta, number("rows"));
    add(meta, node("in", "InplaceUpdate", List.of("f", "rows", "x"), "T", STRING));
  }

  private static void samples(MetaGraphDef.Builder meta) {
    add(meta, numbers("classes"));
    add(
        meta,
        node(
            "s",
            "FixedUnigramCandidateSampler",
            List.of("classes"),
            "num_true",
            integer(1),
            "num_sampled",
            integer(1),
            "range_max",
            integer(1),
            "unique",
            AttrValue.newBuilder().setB(false).build(),
            "vocab_file",
            string("/etc/passwd")));
  }

  private static void isCycle(MetaGraphDef.Builder meta) {
    add(meta, node("a", "Identity", List.of("b"), "T", STRING));
    reads(meta, node("b", "Identity", List.of("a"), "T", STRING), "a");
  }

  private static void hasNoInputs(MetaGraphDef.Builder meta) {
    add(meta, node("read", "TextLineDataset", List.of()));
  }

  @Test
  void aFileIsReadFromTheConstantOfAnAsset() {
    MetaGraphDef.Builder meta = Graphs.echo();
    fillsTable(meta, asset(meta, "f:0"), "f");
    Path folder = write("table", meta);

    assertThat(ModuleInfo.read(folder, null).unsafeOps()).isEmpty();
    assertThatNoException().isThrownBy(() -> load(folder, Set.of()));
  }

  @Test
  void anAssetThatIsALinkOutOfTheModuleIsNone() throws IOException {
    MetaGraphDef.Builder meta = Graphs.echo();
    fillsTable(meta, asset(meta, "f:0"), "f");
    Path folder = write("link", meta);
    Path asset = folder.resolve("assets/lines.txt");
    Path secret = Files.writeString(work.resolve("secret.txt"), "secret");
    Files.move(asset, folder.resolve("inside.txt"));

    Files.createSymbolicLink(asset, folder.resolve("inside.txt"));
    assertThat(ModuleInfo.read(folder, null).unsafeOps()).isEmpty();
    Files.delete(asset);
    Files.createSymbolicLink(asset, secret);
    assertThat(names(folder)).containsExactly("InitializeTableFromTextFileV2");
    Files.delete(asset);
    Files.createDirectories(folder.resolve("variables"));
    Files.createSymbolicLink(folder.resolve("variables/variables.data-00000-of-00001"), secret);
    assertThat(names(folder)).containsExactly("RestoreV2");
  }

  @TestFactory
  Stream<DynamicTest> aFunctionReadsAnAssetWhereEveryCallGivesOne() {
    return Stream.of(
        let("one call", m -> callsReader(m, "f")),
        refused("a buffer of its choice", "TextLineDataset", OpScanTest::hasHugeBuffer),
        refused("another call gives a text", "TextLineDataset", OpScanTest::callsTwice),
        refused("its op is the function", "TextLineDataset", OpScanTest::callsAsOp),
        refused("a branch of Case", "TextLineDataset", OpScanTest::callsInCase),
        refused("a text names it", "TextLineDataset", OpScanTest::namesInText),
        refused("a function of a function", "TextLineDataset", OpScanTest::callsNested),
        refused("it is a gradient", "TextLineDataset", OpScanTest::isGradient),
        refused("it is a registered gradient", "TextLineDataset", OpScanTest::isRegisteredGradient),
        refused("it implements an interface", "TextLineDataset", OpScanTest::isImplementation),
        broken("two arguments of one name", "F", OpScanTest::hasTwoArguments),
        broken("it calls itself with a text", "F", OpScanTest::callsItself));
  }

  private static void callsReader(MetaGraphDef.Builder meta, String given) {
    add(meta, asset(meta, "f:0"));
    library(meta, reader("F", List.of("p")));
    add(meta, call("c", "F", List.of(given)));
  }

  private static void hasHugeBuffer(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    NodeDef.Builder bytes =
        meta.getGraphDefBuilder().getLibraryBuilder().getFunctionBuilder(0).getNodeDefBuilder(1);
    TensorProto zero = bytes.getAttrOrThrow("value").getTensor();
    bytes.putAttr(
        "value",
        AttrValue.newBuilder().setTensor(zero.toBuilder().setInt64Val(0, 1L << 50)).build());
  }

  private static void callsTwice(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    add(meta, call("d", "F", List.of("x")));
  }

  private static void callsAsOp(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    add(meta, node("d", "F", List.of("x")));
  }

  private static void callsInCase(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    AttrValue.Builder branches = AttrValue.newBuilder();
    branches.getListBuilder().addFunc(NameAttrList.newBuilder().setName("F"));
    add(meta, number("which"));
    add(
        meta,
        node(
            "d",
            "Case",
            List.of("which", "x"),
            "Tin",
            types(1),
            "Tout",
            types(1),
            "branches",
            branches.build()));
  }

  private static void namesInText(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    add(meta, node("d", "Identity", List.of("x"), "T", STRING, "_implements", string("F")));
  }

  private static void callsNested(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    library(meta, function("G", List.of("p"), "p", List.of()));
    NameAttrList outer =
        NameAttrList.newBuilder().setName("G").putAttr("inner", Graphs.function("F")).build();
    add(
        meta,
        call("d", "G", List.of("x")).toBuilder()
            .putAttr("f", AttrValue.newBuilder().setFunc(outer).build())
            .build());
  }

  private static void isGradient(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    library(meta, function("G", List.of("p"), "p", List.of()));
    meta.getGraphDefBuilder()
        .getLibraryBuilder()
        .addGradient(GradientDef.newBuilder().setFunctionName("G").setGradientFunc("F"));
  }

  private static void isRegisteredGradient(MetaGraphDef.Builder meta) {
    callsReader(meta, "f");
    meta.getGraphDefBuilder()
        .getLibraryBuilder()
        .addRegisteredGradients(
            RegisteredGradient.newBuilder()
                .setRegisteredOpType("CustomGradient-1")
                .setGradientFunc("F"));
  }

  private static void isImplementation(MetaGraphDef.Builder meta) {
    add(meta, asset(meta, "f:0"));
    library(
        meta,
        reader("F", List.of("p")).toBuilder().putAttr("api_implements", string("api")).build());
    library(
        meta,
        function("G", List.of("p"), "p", List.of()).toBuilder()
            .putAttr("api_implements", string("api"))
            .build());
    add(meta, call("c", "F", List.of("f")), call("d", "G", List.of("x")));
  }

  private static void hasTwoArguments(MetaGraphDef.Builder meta) {
    add(meta, asset(meta, "f:0"));
    library(meta, reader("F", List.of("p", "p")));
    add(meta, call("c", "F", List.of("f", "x")));
  }

  private static void callsItself(MetaGraphDef.Builder meta) {
    add(meta, asset(meta, "f:0"));
    FunctionDef reader = reader("F", List.of("p"));
    library(
        meta,
        reader.toBuilder()
            .addNodeDef(text("t", "/etc/passwd"))
            .addNodeDef(call("again", "F", List.of("t:output:0")))
            .build());
    add(meta, call("c", "F", List.of("f")));
  }

  @TestFactory
  Stream<DynamicTest> checkpointsAreReadAndWrittenByTheSaverOnly() {
    return Stream.of(
        let("a saver", m -> saver(m, "save/Const")),
        refused("a saver of another file", "RestoreV2", m -> saver(m, "save/other")),
        refused("before an output", "SaveV2", m -> runs(m, "y")),
        refused("before an initialiser", "SaveV2", OpScanTest::savesAtInit),
        refused("before a variable", "SaveV2", OpScanTest::savesAtVariable),
        refused("before the restoring", "SaveV2", m -> runs(m, "save/restore_all")),
        refused("a node of the loader", "SaveV2", OpScanTest::savesAtRead),
        refused("in a function", "SaveV2", OpScanTest::savesInFunction),
        refused("in an implementation", "SaveV2", OpScanTest::savesInImplementation),
        refused("in a gradient", "SaveV2", OpScanTest::savesInGradient));
  }

  private static void saver(MetaGraphDef.Builder meta, String prefix) {
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName("save/Const:0")
            .setRestoreOpName("save/restore_all")
            .setSaveTensorName("save/control:0"));
    add(meta, text("save/filename", "model"), text("save/other", "/etc/model"));
    add(
        meta,
        node(
            "save/Const",
            "PlaceholderWithDefault",
            List.of("save/filename"),
            "dtype",
            STRING,
            "shape",
            AttrValue.newBuilder().setShape(TensorShapeProto.getDefaultInstance()).build()));
    add(meta, text("save/names", "v"), text("save/slices", ""));
    add(
        meta,
        node(
            "save/RestoreV2",
            "RestoreV2",
            List.of(prefix, "save/names", "save/slices"),
            "dtypes",
            types(1)),
        node(
            "save/SaveV2",
            "SaveV2",
            List.of("save/Const", "save/names", "save/slices", "x"),
            "dtypes",
            types(1)),
        node("save/control", "Identity", List.of("save/Const", "^save/SaveV2"), "T", STRING),
        node("save/restore_all", "NoOp", List.of("^save/RestoreV2")));
  }

  private static void runs(MetaGraphDef.Builder meta, String node) {
    saver(meta, "save/Const");
    meta.getGraphDefBuilder().getNodeBuilderList().stream()
        .filter(n -> n.getName().equals(node))
        .forEach(n -> n.addInput("^save/SaveV2"));
  }

  private static void savesAtInit(MetaGraphDef.Builder meta) {
    saver(meta, "save/Const");
    add(meta, node("init", "NoOp", List.of("^save/SaveV2")));
    initialise(meta, "init");
  }

  private static void savesAtVariable(MetaGraphDef.Builder meta) {
    saver(meta, "save/Const");
    add(
        meta,
        node(
            "v",
            "VarHandleOp",
            List.of("^save/SaveV2"),
            "dtype",
            STRING,
            "shape",
            AttrValue.newBuilder().setShape(TensorShapeProto.getDefaultInstance()).build()));
  }

  private static void savesAtRead(MetaGraphDef.Builder meta) {
    saver(meta, "save/Const");
    add(meta, node("hubbeam/read/v", "Identity", List.of("x", "^save/SaveV2"), "T", STRING));
  }

  private static void savesInFunction(MetaGraphDef.Builder meta) {
    library(meta, saving("F"));
    meta.getGraphDefBuilder().removeNode(1);
    add(meta, call("y", "F", List.of("x")));
  }

  private static void savesInImplementation(MetaGraphDef.Builder meta) {
    savesInFunction(meta);
    FunctionDef saving = meta.getGraphDef().getLibrary().getFunction(0);
    FunctionDef harmless = function("G", List.of("p"), "p", List.of());
    meta.getGraphDefBuilder().clearLibrary().removeNode(1);
    for (FunctionDef f : List.of(saving, harmless)) {
      library(meta, f.toBuilder().putAttr("api_implements", string("api")).build());
    }
    add(meta, call("y", "G", List.of("x")));
  }

  private static void savesInGradient(MetaGraphDef.Builder meta) {
    savesInFunction(meta);
    library(meta, function("G", List.of("p"), "p", List.of()));
    meta.getGraphDefBuilder()
        .removeNode(1)
        .getLibraryBuilder()
        .addGradient(GradientDef.newBuilder().setFunctionName("G").setGradientFunc("F"));
    add(
        meta,
        node(
            "y",
            "SymbolicGradient",
            List.of("x", "x"),
            "f",
            Graphs.function("G"),
            "Tin",
            types(2),
            "Tout",
            types(1)));
  }

  @TestFactory
  Stream<DynamicTest> whatAttributesCarryIsLookedAt() {
    return Stream.of(
        refused("XLA for a node", "_XlaMustCompile", m -> marked(m, "_XlaMustCompile", yes())),
        refused("XLA for a call", "_XlaMustCompile", OpScanTest::compilesCall),
        refused("XLA by configuration", "StatefulPartitionedCall", OpScanTest::compilesAll),
        refused("a kernel", "_kernel", m -> marked(m, "_kernel", string("other"))),
        refused("an attribute of the caller", "FixedUnigramCandidateSampler", OpScanTest::chosen),
        refused("a variant", "Const", m -> add(m, variant())),
        refused("bytes of a variant", "ParseTensor", OpScanTest::parsesVariant),
        refused("custom calls", "XlaCallModule", m -> add(m, xla("ML\u00efR custom_call"))),
        refused("a program as text", "XlaCallModule", m -> add(m, xla("module {}"))),
        let("no custom call", m -> add(m, xla("ML\u00efR"))),
        refused("a graph in a text", "WriteFile", m -> holdsGraph(m, "DatasetFromGraph")),
        let("a graph that nothing runs", m -> holdsGraph(m, "Identity")),
        refused("a function called ReadFile", "ReadFile", OpScanTest::namedAsOp),
        broken("two functions of one name", "F", OpScanTest::namedTwice));
  }

  private static void marked(MetaGraphDef.Builder meta, String attribute, AttrValue value) {
    add(meta, node("z", "Identity", List.of("x"), "T", STRING, attribute, value));
  }

  private static void compilesCall(MetaGraphDef.Builder meta) {
    library(meta, function("F", List.of("p"), "p", List.of()));
    AttrValue f =
        AttrValue.newBuilder()
            .setFunc(NameAttrList.newBuilder().setName("F").putAttr("_XlaMustCompile", yes()))
            .build();
    add(meta, call("c", "F", List.of("x")).toBuilder().putAttr("f", f).build());
  }

  private static void compilesAll(MetaGraphDef.Builder meta) {
    library(meta, function("F", List.of("p"), "p", List.of()));
    ConfigProto config =
        ConfigProto.newBuilder()
            .setGraphOptions(
                GraphOptions.newBuilder()
                    .setOptimizerOptions(
                        OptimizerOptions.newBuilder()
                            .setGlobalJitLevel(OptimizerOptions.GlobalJitLevel.ON_2)))
            .build();
    add(
        meta,
        call("c", "F", List.of("x")).toBuilder()
            .putAttr("config_proto", AttrValue.newBuilder().setS(config.toByteString()).build())
            .build());
  }

  private static void chosen(MetaGraphDef.Builder meta) {
    samples(meta);
    NodeDef sampler =
        meta.getGraphDef().getNode(meta.getGraphDef().getNodeCount() - 1).toBuilder()
            .setInput(0, "classes:output:0")
            .putAttr("vocab_file", AttrValue.newBuilder().setPlaceholder("file").build())
            .build();
    meta.getGraphDefBuilder().removeNode(meta.getGraphDef().getNodeCount() - 1);
    library(meta, function("F", List.of("p"), "p", List.of(numbers("classes"), sampler)));
    NameAttrList f =
        NameAttrList.newBuilder().setName("F").putAttr("file", string("/etc/passwd")).build();
    add(
        meta,
        call("c", "F", List.of("x")).toBuilder()
            .putAttr("f", AttrValue.newBuilder().setFunc(f).build())
            .build());
  }

  private static NodeDef variant() {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_VARIANT)
            .addVariantVal(VariantTensorDataProto.newBuilder().setTypeName("DatasetVariantWrapper"))
            .build();
    return node(
        "v",
        "Const",
        List.of(),
        "dtype",
        type(DataType.DT_VARIANT),
        "value",
        AttrValue.newBuilder().setTensor(tensor).build());
  }

  private static void parsesVariant(MetaGraphDef.Builder meta) {
    add(meta, node("p", "ParseTensor", List.of("x"), "out_type", type(DataType.DT_VARIANT)));
  }

  private static NodeDef xla(String module) {
    byte[] bytes = module.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    AttrValue program = AttrValue.newBuilder().setS(ByteString.copyFrom(bytes)).build();
    return node(
        "m",
        "XlaCallModule",
        List.of("x"),
        "module",
        program,
        "version",
        integer(9),
        "Tin",
        types(1),
        "Tout",
        types(1),
        "Sout",
        AttrValue.newBuilder()
            .setList(
                AttrValue.ListValue.newBuilder()
                    .addShape(TensorShapeProto.newBuilder().setUnknownRank(true)))
            .build());
  }

  private static void holdsGraph(MetaGraphDef.Builder meta, String op) {
    ByteString graph = GraphDef.newBuilder().addNode(writes("w", "x", "x")).build().toByteString();
    add(meta, text("held", graph), node("d", op, List.of("held"), "T", STRING));
  }

  private static void namedAsOp(MetaGraphDef.Builder meta) {
    library(meta, function("ReadFile", List.of("p"), "p", List.of()));
  }

  private static void namedTwice(MetaGraphDef.Builder meta) {
    library(meta, function("F", List.of("p"), "p", List.of()));
    library(meta, function("F", List.of("p"), "p", List.of(abort("a"))));
  }

  @Test
  void aLongChainOfCallsIsFollowed() {
    MetaGraphDef.Builder meta = Graphs.echo();
    add(meta, asset(meta, "f:0"), text("other", "/etc/passwd"));
    for (int i = 0; i < 300; i++) {
      NodeDef next = call("c", "F" + (i + 1), List.of("p"));
      library(meta, function("F" + i, List.of("p"), "c:output:0", List.of(next)));
    }
    library(meta, reader("F300", List.of("p")));
    add(meta, call("c", "F0", List.of("f")));
    assertThat(unsafe(meta)).isEmpty();

    add(meta, call("d", "F0", List.of("other")));
    assertThat(unsafe(meta)).hasSize(1);
  }

  private DynamicTest refused(String name, String op, Consumer<MetaGraphDef.Builder> change) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          MetaGraphDef.Builder meta = Graphs.echo();
          change.accept(meta);
          List<ModuleInfo.UnsafeOp> unsafe = unsafe(meta);
          assertThat(unsafe).extracting(ModuleInfo.UnsafeOp::name).contains(op);
        });
  }

  private DynamicTest let(String name, Consumer<MetaGraphDef.Builder> change) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          MetaGraphDef.Builder meta = Graphs.echo();
          change.accept(meta);
          assertThat(unsafe(meta)).isEmpty();
        });
  }

  private DynamicTest broken(String name, String message, Consumer<MetaGraphDef.Builder> change) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          MetaGraphDef.Builder meta = Graphs.echo();
          change.accept(meta);
          assertThatThrownBy(() -> unsafe(meta))
              .isInstanceOf(ModuleException.class)
              .hasMessageContaining(message);
        });
  }

  private List<ModuleInfo.UnsafeOp> unsafe(MetaGraphDef.Builder meta) {
    return ModuleInfo.read(write("module" + ++written, meta), null).unsafeOps();
  }

  private static Set<String> names(Path folder) {
    Set<String> names = new TreeSet<>();
    ModuleInfo.read(folder, null).unsafeOps().forEach(u -> names.add(u.name()));
    return names;
  }

  private Path write(String name, MetaGraphDef.Builder meta) {
    return Graphs.write(work.resolve(name), meta, Map.of("lines.txt", "a\nb\n"));
  }

  private static void load(Path folder, Set<String> allowed) {
    Module.load(folder, ModuleOptions.DEFAULT.withAllowOps(allowed)).close();
  }

  private static String refusal(Path folder, Set<String> allowed) {
    ModuleException e = catchThrowableOfType(ModuleException.class, () -> load(folder, allowed));
    assertThat(e.kind()).isEqualTo(Kind.UNSAFE);
    return String.valueOf(e.getMessage());
  }

  private static void add(MetaGraphDef.Builder meta, NodeDef... nodes) {
    meta.getGraphDefBuilder().addAllNode(List.of(nodes));
  }

  private static void library(MetaGraphDef.Builder meta, FunctionDef function) {
    meta.getGraphDefBuilder().getLibraryBuilder().addFunction(function);
  }

  /** Declares a tensor the path of an asset; gives the constant that it should be. */
  private static NodeDef asset(MetaGraphDef.Builder meta, String tensor) {
    meta.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename("lines.txt")
            .setTensorInfo(TensorInfo.newBuilder().setName(tensor)));
    return text(tensor.substring(0, tensor.indexOf(':')), "/home/me/lines.txt");
  }

  private static void reads(MetaGraphDef.Builder meta, NodeDef file, String tensor) {
    add(meta, file, text("none", ""), number("bytes"));
    add(meta, node("read", "TextLineDataset", List.of(tensor, "none", "bytes")));
  }

  private static FunctionDef reader(String name, List<String> arguments) {
    List<NodeDef> nodes = new ArrayList<>(List.of(text("none", ""), number("bytes")));
    nodes.add(
        node(
            "read",
            "TextLineDataset",
            List.of(arguments.get(0), "none:output:0", "bytes:output:0")));
    return function(name, arguments, "", nodes);
  }

  private static void fillsTable(MetaGraphDef.Builder meta, NodeDef file, String tensor) {
    add(meta, file);
    add(
        meta,
        node("t", "HashTableV2", List.of(), "key_dtype", STRING, "value_dtype", INT64),
        node(
            "fill",
            "InitializeTableFromTextFileV2",
            List.of("t", tensor),
            "key_index",
            integer(-2),
            "value_index",
            integer(-1)));
    initialise(meta, "fill");
  }

  private static NodeDef number(String name) {
    return number(name, TensorShapeProto.getDefaultInstance());
  }

  private static NodeDef numbers(String name) {
    TensorShapeProto.Dim one = TensorShapeProto.Dim.newBuilder().setSize(1).build();
    return number(name, TensorShapeProto.newBuilder().addDim(one).addDim(one).build());
  }

  private static NodeDef number(String name, TensorShapeProto shape) {
    TensorProto zero =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT64)
            .setTensorShape(shape)
            .addInt64Val(0)
            .build();
    return node(
        name,
        "Const",
        List.of(),
        "dtype",
        INT64,
        "value",
        AttrValue.newBuilder().setTensor(zero).build());
  }

  private static NodeDef writes(String name, String file, String content) {
    return node(name, "WriteFile", List.of(file, content));
  }

  private static FunctionDef saving(String name) {
    return function(
        name,
        List.of("p"),
        "p",
        List.of(node("s", "SaveV2", List.of("p", "p", "p", "p"), "dtypes", types(1))));
  }

  private static NodeDef abort(String name) {
    return node(name, "Abort", List.of());
  }

  private static AttrValue string(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  private static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  private static AttrValue yes() {
    return AttrValue.newBuilder().setB(true).build();
  }
}
