// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleWriter.Learning;
import org.jspecify.annotations.Nullable;

/**
 * How many of a function's variables can be trained.
 *
 * @param trainable of those that the function captures, those that the module wants trained and its
 *     outputs can be differentiated by
 * @param variables all that it captures
 * @param obstacle why that is not possible for one that the module wants trained, or for the
 *     function as a whole; null where nothing stands in the way
 */
public record Trainability(int trainable, int variables, @Nullable String obstacle) {

  private static final String FIXED = "it gives no floating output";

  static Trainability of(List<ModuleVariable> variables, List<ArraySpec> outputs) {
    int trainable = (int) variables.stream().filter(ModuleVariable::trainable).count();
    String obstacle = null;
    for (ModuleVariable variable : variables) {
      if (obstacle == null
          && variable.obstacle() != null
          && variable.learning() == Learning.TRAINABLE) {
        obstacle = variable.obstacle().toString();
      }
    }
    if (obstacle == null && outputs.stream().noneMatch(o -> o.dtype().isFloating())) {
      obstacle = FIXED;
    }
    return new Trainability(trainable, variables.size(), obstacle);
  }

  /**
   * That of each function of a module, by name; the module is not loaded. Of a function with a
   * graph made with {@code training=true}, that of this graph.
   *
   * @param tags the tag set of the graph; null to choose
   */
  public static Map<String, Trainability> ofAll(Path folder, @Nullable Set<String> tags) {
    GraphReader reader = GraphReader.inspecting(folder, tags);
    Map<String, Trainability> all = new LinkedHashMap<>();
    for (String function : reader.functions()) {
      all.put(function, of(reader, function));
    }
    return all;
  }

  private static Trainability of(GraphReader reader, String function) {
    try {
      return new TrainableFunction(reader.graph(FunctionChoice.of(function), Map.of()))
          .trainability();
    } catch (ModuleException | IllegalArgumentException e) {
      return new Trainability(0, 0, String.valueOf(e.getMessage()));
    }
  }

  /** {@code trainable: 26 of 28 variables}, with the obstacle if there is one. */
  @Override
  public String toString() {
    if (variables == 0) {
      return obstacle == null || obstacle.equals(FIXED)
          ? "trainable: no variables"
          : "not trainable: " + obstacle;
    }
    String counts = "trainable: " + trainable + " of " + variables + " variables";
    return obstacle == null ? counts : counts + "; " + obstacle;
  }
}
