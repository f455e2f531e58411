// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.training.TextEncoderModule.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module of an encoder, against its definition computed in Java. */
class TextEncoderModuleTest {

  private static final EncoderShape SHAPE = new EncoderShape(512, 8);
  private static final String[] TEXTS = {
    "Hello, World", "", "?!", "hi", "私は本を読む", "ab 漢字 c", "Ünï ПРИВЕТ", "\u0000"
  };

  @TempDir private Path folder;

  @Test
  void wordsAndNgramsAreCounted() throws IOException {
    try (FeatureFunction features = FeatureFunction.open(new EncoderShape(1 << 22, 1))) {
      List<int[]> found = features.of(Values.of(TEXTS));
      // A word of n characters has one id, and n + 1, n and n - 1 n-grams of "<word>".
      assertThat(found.stream().map(ids -> ids.length))
          .containsExactly(2 * (1 + 6 + 5 + 4), 0, 0, 1 + 3 + 2 + 1, 6 + 5, 7 + 3 + 4, 10 + 19, 0);
      assertThat(features.of(Values.of("hELLO wORLD")).get(0))
          .containsExactlyInAnyOrder(found.get(0));
      assertThat(features.of(Values.of("字")).get(0)).hasSize(1);
      assertThat(found.get(5)).contains(features.of(Values.of("字")).get(0));
    }
  }

  @Test
  void vectorsAreThoseOfTheDefinition() throws IOException {
    for (float[] projection : Stream.of((float[]) null, StartWeights.of(7, 8 * 3)).toList()) {
      TextEncoder encoder = new TextEncoder(SHAPE, StartWeights.of(5, 512 * 8), projection);
      TextEncoderModule.write(folder, encoder, Storage.FLOAT32);
      float[] given = call(folder, "serving_default");
      List<int[]> ids;
      try (FeatureFunction features = FeatureFunction.open(SHAPE)) {
        ids = features.of(Values.of(TEXTS));
      }
      int outputs = encoder.outputs();
      for (int i = 0; i < TEXTS.length; i++) {
        double[] wanted = wanted(encoder, ids.get(i));
        for (int d = 0; d < outputs; d++) {
          assertThat((double) given[i * outputs + d]).isCloseTo(wanted[d], within(1e-5));
        }
      }
    }
  }

  private static double[] wanted(TextEncoder encoder, int[] ids) {
    double[] sums = new double[8];
    for (int id : ids) {
      for (int d = 0; d < 8; d++) {
        sums[d] += encoder.table()[id * 8 + d];
      }
    }
    double[] all = sums;
    if (encoder.projection() != null) {
      all = new double[encoder.outputs()];
      for (int d = 0; d < 8; d++) {
        for (int out = 0; out < all.length; out++) {
          all[out] += sums[d] * encoder.projection()[d * all.length + out];
        }
      }
    }
    double squares = 0;
    for (double value : all) {
      squares += value * value;
    }
    for (int d = 0; d < all.length && squares > 0; d++) {
      all[d] /= Math.sqrt(squares);
    }
    return all;
  }

  @Test
  void bytesGiveNearlyTheSame() throws IOException {
    TextEncoder encoder = new TextEncoder(SHAPE, StartWeights.of(5, 512 * 8), null);
    TextEncoderModule.write(folder.resolve("float"), encoder, Storage.FLOAT32);
    TextEncoderModule.write(folder.resolve("int8"), encoder, Storage.INT8);
    float[] floats = call(folder.resolve("float"), "serving_default");
    float[] bytes = call(folder.resolve("int8"), "serving_default");
    for (int i = 0; i < floats.length; i++) {
      assertThat(bytes[i]).isCloseTo(floats[i], within(0.02f));
    }
    long size = Files.size(folder.resolve("int8/variables/variables.data-00000-of-00001"));
    assertThat(size).isBetween(512L * (8 + 4), 512L * (8 + 4) + 2000);
    try (Module module = Module.load(folder.resolve("float"), ModuleOptions.DEFAULT)) {
      assertThat(module.info().variables()).extracting(ArraySpec::name).containsExactly("table");
    }
  }

  @Test
  void rowsAreRoundedToTheirOwnScale() {
    ByteTable table = ByteTable.of(new float[] {0, 0, -127, 63.6f, 1e-6f, -1e-6f}, 2);
    assertThat(table.scales()).containsExactly(0, 1, 1e-6f / 127);
    assertThat(table.codes().bytes())
        .containsExactly((byte) 128, (byte) 128, (byte) 1, (byte) 192, (byte) 255, (byte) 1);
  }

  @Test
  void sameEncoderGivesTheSameBytes() throws IOException {
    TextEncoder encoder = new TextEncoder(SHAPE, StartWeights.of(5, 512 * 8), new float[16]);
    List<List<String>> contents = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      TextEncoderModule.write(folder.resolve(name), encoder, Storage.INT8);
      List<String> content = new ArrayList<>();
      try (Stream<Path> files = Files.walk(folder.resolve(name))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          content.add(Arrays.toString(Files.readAllBytes(file)));
        }
      }
      contents.add(content);
    }
    assertThat(contents.get(0)).isEqualTo(contents.get(1));
  }

  private static float[] call(Path module, String function) {
    try (Module loaded = Module.load(module, ModuleOptions.DEFAULT)) {
      Map<String, Array> given =
          loaded
              .function(FunctionChoice.of(function))
              .call(Map.of("sentences", Array.Dense.vector(Values.of(TEXTS))));
      return ((Values.Numbers) given.values().iterator().next().values()).toFloats();
    }
  }
}
