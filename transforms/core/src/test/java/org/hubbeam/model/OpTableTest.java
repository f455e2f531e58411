// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpList;

/**
 * The table of operations. It is made of the registry of Linux on x86-64, which has the operations
 * of oneDNN. {@code mvn -pl transforms/core test -Dtest=OpTableTest -Dhubbeam.make=true} makes it
 * and its page again.
 */
class OpTableTest {

  @Test
  void everyOperationThatTensorFlowRegistersIsKnown() {
    Set<String> unknown = new TreeSet<>();
    registry().getOpList().forEach(o -> unknown.add(o.getName()));
    OpTable.get().lines().forEach(l -> unknown.remove(l.op()));
    assertThat(unknown).isEmpty();
  }

  @Test
  void theTableAndItsPageAreWhatTheRulesMakeOfTheRegistry() throws IOException {
    Assumptions.assumeTrue(
        Loader.getPlatform().equals("linux-x86_64"),
        "needs the registry of Linux on x86-64: this is " + Loader.getPlatform());
    OpTableMaker made = OpTableMaker.of(registry().getOpList());
    Path table = TestFiles.root().resolve(OpTableMaker.TABLE);
    Path page = TestFiles.root().resolve(OpTableMaker.PAGE);
    if (Boolean.getBoolean("hubbeam.make")) {
      Files.writeString(table, made.table());
      Files.writeString(page, made.page());
    }
    assertThat(Files.readString(table)).as("-Dhubbeam.make=true").isEqualTo(made.table());
    assertThat(Files.readString(page)).as("-Dhubbeam.make=true").isEqualTo(made.page());
  }

  @Test
  void everyOperationIsOfOneClass() {
    long count =
        Arrays.stream(OpClass.values()).mapToLong(c -> OpTable.get().names(c).size()).sum();
    assertThat(count).isEqualTo(OpTable.get().lines().size()).isGreaterThan(1_700);
  }

  @Test
  void whatActsIsNotLetIn() {
    OpTable table = OpTable.get();
    assertThat(
            Set.of(
                "ReadFile",
                "WriteFile",
                "Abort",
                "DatasetFromGraph",
                "CacheDatasetV2",
                "DatasetToTFRecord",
                "ExperimentalSleepDataset",
                "RecordInput",
                "ImmutableConst",
                "ListSnapshotChunksDataset",
                "XlaCustomCallV2",
                "PrivateThreadPoolDataset",
                "OptionsDataset",
                "DTensorRestoreV2",
                "TPUExecute",
                "CollectiveReduceV2",
                "Send",
                "RemoteCall",
                "DebugIdentityV2",
                "CreateSummaryFileWriter",
                "GetSessionTensor",
                "NegTrain",
                "Skipgram",
                "DumpTensor",
                "QueueDequeueV2",
                "TfLiteSubgraphExecute",
                "_HostSend",
                "EagerPyFunc",
                "Empty"))
        .noneMatch(op -> table.classOf(op).letIn());
    assertThat(Set.of("SaveV2", "RestoreV2", "MergeV2Checkpoints", "ParseTensor", "XlaCallModule"))
        .noneMatch(op -> table.classOf(op).letIn());
    assertThat(table.classOf("SentencepieceOp")).isNull();
    assertThat(table.says("Abort")).isEqualTo("ends the process");
    assertThat(table.says("WriteFile")).isEqualTo("writes files");
  }

  @Test
  void whatModulesComputeWithIsLetIn() {
    assertThat(
            Set.of(
                "MatMul",
                "Conv2D",
                "VarHandleOp",
                "AssignVariableOp",
                "HashTableV2",
                "LookupTableFindV2",
                "StatefulPartitionedCall",
                "StatelessWhile",
                "TensorListStack",
                "DecodeJpeg",
                "ParseExampleV2",
                "RandomUniform",
                "Merge",
                "CTCBeamSearchDecoder"))
        .allMatch(op -> OpTable.get().classOf(op).letIn());
  }

  @Test
  void aNoteContinuesASentence() {
    assertThat(OpTable.get().lines().stream().map(OpTable.Line::op).collect(Collectors.toSet()))
        .allSatisfy(op -> assertThat(OpTable.get().says(op)).matches("[a-z]+( .+)?"));
  }

  private static OpList registry() {
    NativeLibrary.hold();
    return TensorFlow.registeredOpList();
  }
}
