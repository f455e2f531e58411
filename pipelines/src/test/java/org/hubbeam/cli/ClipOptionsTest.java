// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.media.ClipSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ClipOptionsTest {

  private static ClipSpec spec(long frames, String... arguments) {
    ArraySpec clips =
        new ArraySpec("clips", DType.FLOAT32, Shape.of(-1, frames, 64, 64, 3), Layout.DENSE);
    return CommandLine.populateCommand(new ClipOptions(), arguments)
        .over(clips, CommandLine.populateCommand(new ImageOptions()));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, --frames=4, 4",
    "-1, --frames=40, 40",
    "-1, --fps=4, 16",
    "-1, --frames=8 --window=4, 4",
    "-1, --window=5, 5",
    "8, --frames=8, 8",
    "8, --frames=16, 8",
  })
  void aNumberOfFramesIsAWindowUnlessTheModuleDeclaresOne(
      long declared, String arguments, int window) {
    assertThat(spec(declared, arguments.split(" ")).window().frames()).isEqualTo(window);
  }

  @Test
  void thereIsOneWayToSample() {
    assertThatThrownBy(() -> spec(-1, "--fps=4", "--frames=4"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--fps and --frames are mutually exclusive");
    assertThatThrownBy(() -> spec(8, "--frames=4"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--frames=4: the module takes clips of 8 frames; sample at least as many");
    assertThatThrownBy(() -> spec(-1, "--frames=0")).isInstanceOf(UsageException.class);
  }
}
