// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;

/** Gives the rows of the table that texts are looked up with, as the written module does. */
final class FeatureFunction implements AutoCloseable {

  private final Path folder;
  private final Module module;
  private final ModuleFunction function;

  private FeatureFunction(Path folder, Module module) {
    this.folder = folder;
    this.module = module;
    this.function = module.function(FunctionChoice.of(TextEncoderModule.FEATURES));
  }

  /** Makes the graph. */
  static FeatureFunction open(EncoderShape shape) throws IOException {
    Path folder = Files.createTempDirectory("hubbeam-encoder-");
    try {
      TextEncoderModule.writeFeatures(folder, shape);
      return new FeatureFunction(folder, Module.load(folder, ModuleOptions.DEFAULT));
    } catch (IOException | RuntimeException e) {
      FileTrees.delete(folder);
      throw e;
    }
  }

  /** The ids of each text. */
  List<int[]> of(Values.Strings texts) {
    Map<String, Array> found =
        function.call(Map.of(TextEncoderModule.SENTENCES, Array.Dense.vector(texts)));
    long[] rows = longs(found, TextEncoderModule.ROWS);
    long[] ids = longs(found, TextEncoderModule.IDS);
    int[] counts = new int[texts.size()];
    for (long row : rows) {
      counts[(int) row]++;
    }
    List<int[]> lists = new ArrayList<>();
    for (int count : counts) {
      lists.add(new int[count]);
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < ids.length; i++) {
      int row = (int) rows[i];
      lists.get(row)[counts[row]++] = (int) ids[i];
    }
    return lists;
  }

  private static long[] longs(Map<String, Array> found, String name) {
    return ((Values.Numbers) Objects.requireNonNull(found.get(name)).values()).toLongs();
  }

  @Override
  public void close() throws IOException {
    module.close();
    FileTrees.delete(folder);
  }
}
