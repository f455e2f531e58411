// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged folders are refused in one line. */
class DamagedModelTest {

  private static final String SHARD = "group1-shard1of1.bin";

  @TempDir private Path work;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = work.resolve("model");
    GraphModelFolder.write(
        GraphModelConverter.convert(
            TestFiles.zoo("nnlm"), ModuleOptions.DEFAULT, ConversionOptions.DEFAULT),
        folder,
        Quantization.NONE,
        Existing.REFUSE);
  }

  private void refused(String reason) {
    assertThatThrownBy(() -> GraphModelFolder.read(folder))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  private void change(UnaryOperator<String> change) throws IOException {
    Path json = folder.resolve("model.json");
    Files.writeString(json, change.apply(Files.readString(json)));
  }

  @Test
  void aShardIsMissing() throws IOException {
    Files.delete(folder.resolve(SHARD));
    refused("the shard " + SHARD + " is missing");
  }

  @Test
  void aShardIsShortOrLong() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(SHARD));
    Files.write(folder.resolve(SHARD), java.util.Arrays.copyOf(bytes, bytes.length - 3));
    refused("the shards end within the weight");
    Files.write(folder.resolve(SHARD), java.util.Arrays.copyOf(bytes, bytes.length + 3));
    refused("the shards have 3 bytes more");
  }

  @Test
  void aShardIsOutsideTheFolder() throws IOException {
    change(j -> j.replace(SHARD, "../" + SHARD));
    refused("is not a file of the folder");
  }

  @Test
  void aShapeIsHuge() throws IOException {
    change(j -> j.replaceFirst("\"shape\":\\[[0-9]+", "\"shape\":[4611686018427387904"));
    refused("is damaged");
  }

  @Test
  void itIsAnotherFormat() throws IOException {
    change(j -> j.replace("graph-model", "layers-model"));
    refused("only graph-model can be read");
  }

  @Test
  void anOperationThatReachesOutsideIsNotRun() throws IOException {
    change(
        j ->
            j.replaceFirst(
                "\\{\"name\":\"[^\"]*\",\"op\":\"StringLower\"",
                "{\"name\":\"secret\",\"op\":\"ReadFile\",\"input\":[\"sentences\"],\"attr\":{}},$0"));
    GraphModel model = GraphModelFolder.read(folder);
    assertThatThrownBy(() -> GraphModelSession.open(model))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("only run from modules that are trusted: ReadFile");
  }

  @Test
  void itIsNoJson() throws IOException {
    change(j -> j.substring(0, j.length() / 2));
    refused("is not JSON");
    change(j -> "[".repeat(100_000));
    refused("is not JSON");
  }

  @Test
  void aWeightIsMissing() throws IOException {
    change(
        j -> j.replaceFirst("\\{\"name\":\"[^\"]*\",\"shape\":", "{\"name\":\"other\",\"shape\":"));
    refused("has no weight");
  }
}
