// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {

  @TempDir private Path base;

  private Path file(String path, String text) throws IOException {
    Path file = base.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void theNewestVersionIsFirstAndNumbersAreCompared() throws IOException {
    file("9/saved_model.pb", "");
    file("10/saved_model.pb", "");
    file("11/variables/part", "not there yet");
    file("tmp-12/saved_model.pb", "");
    assertThat(Hub.of(HubOptions.DEFAULT).versions(base + "/"))
        .containsExactly(base + "/10", base + "/9");
  }

  @Test
  void aModuleItselfHasNoVersions() throws IOException {
    file("saved_model.pb", "");
    file("1/saved_model.pb", "");
    for (String handle : new String[] {base.toString(), base + "/nowhere", "google/nnlm/tf2/en"}) {
      assertThatThrownBy(() -> Hub.of(HubOptions.DEFAULT).versions(handle))
          .isInstanceOf(HubException.class)
          .hasMessageContaining(handle)
          .hasMessageContaining("has no versions");
    }
  }

  /** What GNU's sha256sum gives for the same files. */
  @Test
  void theDigestIsThatOfSha256sum() throws IOException {
    file("saved_model.pb", "graph");
    file("sub/variables.data", "weights");
    Path empty = file("empty", "");
    assertThat(FolderDigest.of(base))
        .isEqualTo("9bb3ddfa0b05d7c6b10e5ce19657f264d87dcf38033ba87a2d171666cfc6305b");
    Files.writeString(empty, "other");
    assertThat(FolderDigest.of(base))
        .isNotEqualTo("9bb3ddfa0b05d7c6b10e5ce19657f264d87dcf38033ba87a2d171666cfc6305b");
  }
}
