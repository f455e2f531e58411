// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed",
        "export",
        "tfjs",
        "detect",
        "generate",
        "transform",
        "apply",
        "train",
        "train-encoder",
        "inspect",
        "call",
        "resolve",
        "head",
        "jobs",
        "explore",
        "doctor",
        "demo",
        "help"
      })
  void everyProgramTellsAboutItself(String program) {
    Run run = Run.of(program, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: hubbeam " + program).contains("--debug");
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(101));
    assertThat(Run.of("--help").out()).contains("\n  " + program + " ");
  }

  /** The descriptions of all options, without line breaks. */
  private static List<String> options(String program) {
    String help = Run.of(program, "--help").out();
    String unfolded = help.replaceAll("\\R {27,}", " ");
    return unfolded.lines().filter(line -> line.matches("  (-h,|   ) --\\w.*")).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed",
        "detect",
        "generate",
        "transform",
        "apply",
        "train",
        "train-encoder",
        "call",
        "inspect"
      })
  void aDefaultIsTheLastThatIsSaidOfAnOption(String program) {
    assertThat(options(program))
        .hasSizeGreaterThan(3)
        .allSatisfy(line -> assertThat(line).doesNotContainPattern("\\(default: [^)]*\\)\\)?."))
        .allSatisfy(line -> assertThat(line).doesNotEndWith("."));
  }

  @Test
  void whatMustBeGivenComesFirstAndPicturesClipsAndSoundsAreApart() {
    String help = Run.of("embed", "--help").out();

    assertThat(help.lines().filter(line -> line.matches("\\S.*:")))
        .containsExactly(
            "Input:",
            "Module:",
            "Output:",
            "Failures:",
            "Long texts:",
            "Vectors:",
            "Store of the vectors:",
            "Images, also the frames of video:",
            "Video:",
            "Audio:",
            "Loading and running of modules:",
            "Execution:",
            "Other options:");
    assertThat(help)
        .containsPattern("Input:\\R      --input=GLOB ")
        .containsPattern("Module:\\R      --module=HANDLE")
        .containsPattern("Output:\\R      --output=PREFIX ");
    assertThat(help.substring(help.indexOf("\nVideo:"), help.indexOf("\nAudio:")))
        .contains("--fps", "--frames", "--window", "--stride")
        .doesNotContain("--imageSize", "--sampleRate");
  }

  @Test
  void theExamplesOfTheHelpAreUnderstood() {
    for (String program :
        List.of(
            "embed",
            "detect",
            "generate",
            "transform",
            "apply",
            "train",
            "train-encoder",
            "inspect",
            "call",
            "resolve",
            "head",
            "jobs",
            "explore",
            "tfjs",
            "doctor")) {
      String help = Run.of(program, "--help").out();
      String example = help.substring(help.indexOf("Example: hubbeam ") + 17);
      String[] words = (example.strip() + " --help").replaceAll("\\s+", " ").split(" ");

      assertThat(Run.of(words).code()).as(example).isZero();
    }
  }

  @Test
  void withoutAProgramTheHelpIsShown() {
    assertThat(Run.of()).isEqualTo(Run.of("--help"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"embed", "transform", "help"})
  void theProgramHelpGivesTheSameHelp(String program) {
    assertThat(Run.of("help", program)).isEqualTo(Run.of(program, "--help"));
  }

  @Test
  void theProgramHelpWithoutAProgramNamesAll() {
    assertThat(Run.of("help")).isEqualTo(Run.of("--help"));
  }

  @Test
  void theVersionsAreThoseOfTheBuild() {
    assertThat(Run.of("--version").out())
        .matches("(?s)hubbeam \\d+\\.\\d+\\.\\d+\\S*\\RTensorFlow Java \\d+\\.\\d+\\.\\d+\\R.*")
        .contains("Apache Beam 2.")
        .contains("Java " + System.getProperty("java.version"));
  }
}
