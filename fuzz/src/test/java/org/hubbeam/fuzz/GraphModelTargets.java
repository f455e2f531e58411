// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.fuzz.FuzzTarget.Parser;
import org.hubbeam.fuzz.FuzzTarget.Setting;
import org.hubbeam.tfjs.ConversionException;
import org.hubbeam.tfjs.GraphModel;
import org.hubbeam.tfjs.GraphModelFolder;
import org.hubbeam.tfjs.GraphModelSession;

/** Graph models of TensorFlow.js: a {@code model.json} and its only shard, one after the other. */
final class GraphModelTargets {

  private static final byte[] NEXT = "\n=====\n".getBytes(StandardCharsets.US_ASCII);

  private GraphModelTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        FuzzTarget.of(
                "graph-model", ConversionException.class, scratch -> reading(scratch, m -> {}))
            .in(Setting.FILES),
        FuzzTarget.of(
                "graph-model-loaded",
                ConversionException.class,
                scratch -> reading(scratch, m -> GraphModelSession.open(m).close()))
            .withCorpus("graph-model")
            .in(Setting.TENSORFLOW));
  }

  private interface Use {
    void of(GraphModel model);
  }

  private static Parser reading(Path scratch, Use use) {
    return input -> {
      int end = end(input);
      Files.write(scratch.resolve("model.json"), Arrays.copyOf(input, end));
      Files.write(
          scratch.resolve("group1-shard1of1.bin"),
          Arrays.copyOfRange(input, Math.min(input.length, end + NEXT.length), input.length));
      use.of(read(scratch));
    };
  }

  private static GraphModel read(Path folder) throws IOException {
    return GraphModelFolder.read(folder);
  }

  private static int end(byte[] input) {
    for (int i = 0; i + NEXT.length <= input.length; i++) {
      if (Arrays.equals(input, i, i + NEXT.length, NEXT, 0, NEXT.length)) {
        return i;
      }
    }
    return input.length;
  }
}
