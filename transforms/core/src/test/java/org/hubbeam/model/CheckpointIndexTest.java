// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorOutputStream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedModel;

/** The expected keys, dtypes and shapes are those of Python's {@code list_variables}. */
class CheckpointIndexTest {

  private static final String CALLS = "calls/.ATTRIBUTES/VARIABLE_VALUE";

  @TempDir Path folder;

  @Test
  void whatPythonListsIsThere() {
    CheckpointIndex index =
        CheckpointIndex.read(index("stateful_counter").resolveSibling("variables"));

    BundleEntryProto calls = Objects.requireNonNull(index.entry(CALLS));
    assertThat(calls.getDtype()).isEqualTo(DataType.DT_INT32);
    assertThat(calls.getShape().getDimCount()).isZero();
    assertThat(Objects.requireNonNull(index.objects()).getNodes(0).getChildrenList())
        .anyMatch(c -> c.getLocalName().equals("calls"));
    assertThat(index.entry("none")).isNull();
  }

  @Test
  void packedBlocksAreRead() throws IOException {
    ByteString plain = ByteString.copyFrom(Files.readAllBytes(index("stateful_counter")));

    assertThat(SortedTable.read(packed(plain))).isEqualTo(SortedTable.read(plain)).isNotEmpty();
  }

  @Test
  void everyChangedByteIsNoticedOrMeansNothing() throws IOException {
    byte[] bytes = Files.readAllBytes(index("stateful_counter"));
    List<SortedTable.Entry> entries = SortedTable.read(ByteString.copyFrom(bytes));
    for (int at = 0; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << bit);
        assertReadOrRefused(changed, entries);
      }
      byte[] cut = java.util.Arrays.copyOf(bytes, at);
      assertThatThrownBy(() -> SortedTable.read(ByteString.copyFrom(cut))).isInstanceOf(Flaw.class);
    }
  }

  private static void assertReadOrRefused(byte[] changed, List<SortedTable.Entry> entries) {
    try {
      assertThat(SortedTable.read(ByteString.copyFrom(changed))).isEqualTo(entries);
    } catch (Flaw e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
  }

  @Test
  void aVariableThatIsNotWhatTheCheckpointHasIsRefused() throws IOException {
    Path module = TestFiles.zoo("stateful_counter");
    Files.createDirectories(folder.resolve("variables"));
    for (String name : List.of("variables.index", "variables.data-00000-of-00001")) {
      Files.copy(
          module.resolve("variables").resolve(name), folder.resolve("variables").resolve(name));
    }
    SavedModel.Builder model =
        SavedModel.parseFrom(Files.readAllBytes(module.resolve("saved_model.pb"))).toBuilder();
    for (var node :
        model.getMetaGraphsBuilder(0).getObjectGraphDefBuilder().getNodesBuilderList()) {
      if (node.hasVariable()) {
        node.getVariableBuilder().getShapeBuilder().addDimBuilder().setSize(1L << 40);
      }
    }
    Files.write(folder.resolve("saved_model.pb"), model.build().toByteArray());

    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining(
            "the variable is DT_INT32 [1099511627776], but the checkpoint has DT_INT32 []");
    Files.write(folder.resolve("variables/variables.index"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> ModuleInfo.read(folder, null))
        .isInstanceOf(ModuleException.class)
        .hasMessageEndingWith(" is broken: the index of the checkpoint: it has only 3 bytes");
  }

  private static Path index(String module) {
    return TestFiles.zoo(module).resolve("variables/variables.index");
  }

  /** The same table with every block packed, as TensorFlow wrote it before 2.0. */
  private static ByteString packed(ByteString plain) throws IOException {
    var in = plain.substring(plain.size() - 48).newCodedInput();
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      handles.add(in.readRawVarint64());
    }
    ByteString index =
        plain.substring(handles.get(2).intValue(), (int) (handles.get(2) + handles.get(3)));
    // One block of data, which the one entry of the index tells of: restarts and key come first.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int data = (int) (long) handles.get(0);
    ByteString first = plain.substring(0, data - 5);
    byte[] start = handle(write(out, first), out);
    int keyLength = index.byteAt(1);
    ByteString key = index.substring(3, 3 + keyLength);
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.write(new byte[] {0, (byte) keyLength, (byte) start.length});
    entry.write(key.toByteArray());
    entry.write(start);
    entry.write(new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
    byte[] second = handle(write(out, ByteString.copyFrom(entry.toByteArray())), out);
    byte[] footer = new byte[48];
    System.arraycopy(second, 0, footer, 2, second.length);
    ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0xdb4775248b80fb57L);
    out.write(footer);
    return ByteString.copyFrom(out.toByteArray());
  }

  /** Writes a block, and gives its place. */
  private static int write(ByteArrayOutputStream out, ByteString block) throws IOException {
    int start = out.size();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var snappy = new SnappyCompressorOutputStream(packed, block.size())) {
      block.writeTo(snappy);
    }
    packed.write(1);
    CRC32C crc = new CRC32C();
    crc.update(packed.toByteArray());
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    out.write(packed.toByteArray());
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array());
    return start;
  }

  private static byte[] handle(int start, ByteArrayOutputStream out) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    var coded = com.google.protobuf.CodedOutputStream.newInstance(bytes);
    coded.writeUInt64NoTag(start);
    coded.writeUInt64NoTag(out.size() - 5L - start);
    coded.flush();
    return bytes.toByteString().toByteArray();
  }
}
