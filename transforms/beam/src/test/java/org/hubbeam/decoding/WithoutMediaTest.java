// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and tables need neither hubbeam-media nor FFmpeg. */
class WithoutMediaTest {
  private static final Pattern MEDIA =
      Pattern.compile("hubbeam-media|/media/target/|/bytedeco/ffmpeg/|ffmpeg-|twelvemonkeys");

  @TempDir Path folder;

  @Test
  void textsAndTablesWorkAndDecodingNamesTheArtifact() throws Exception {
    Path csv = Files.writeString(folder.resolve("rows.csv"), "a,b\n1,x\n2,y\n3,z\n");
    assertThat(run(TestFiles.zoo("nnlm").toString(), csv.toString()))
        .contains(
            "the cat: 18",
            "a dog: 18",
            "[a, b]: 3 rows",
            "images, clips and sounds need the artifact org.hubbeam:hubbeam-media on the class"
                + " path");
  }

  private static List<String> run(String... args) throws IOException, InterruptedException {
    String[] whole = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    String without =
        Arrays.stream(whole)
            .filter(entry -> !MEDIA.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(whole).anyMatch(entry -> MEDIA.matcher(entry).find());
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                without,
                TextsWithoutMedia.class.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text.lines().toList();
  }
}
