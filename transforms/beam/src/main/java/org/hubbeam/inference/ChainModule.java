// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.ComposedModule;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;

/**
 * A chain as a module in a folder, paired as {@link HubChain} pairs it.
 *
 * @param function what calls the whole chain
 * @param names what callers know inputs and outputs as, by their names in the module
 */
@Internal
public record ChainModule(FunctionChoice function, Map<String, String> names) {

  public ChainModule {
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  /**
   * Writes the module.
   *
   * @param folder is not there
   * @throws ModuleException when a link cannot take what it is given, or the chain cannot be in one
   *     graph, saying why
   */
  public static ChainModule write(ModuleChain chain, Path folder) throws IOException {
    ModuleLoader loader = ModuleLoader.FromHub.INSTANCE;
    ChainPlan plan;
    try (FunctionLook look = new FunctionLook(loader)) {
      plan = ChainPlanner.plan(chain, new HubChain.Seeds(Seeding.PER_RECORD, 0), look);
    }
    Optional<String> obstacle = OneGraphCheck.obstacle(plan, loader);
    if (obstacle.isPresent()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the chain " + chain.name() + " cannot be in one graph: " + obstacle.get());
    }
    OneGraph graph = new OneGraph(plan);
    graph.module().write(folder);
    return new ChainModule(FunctionChoice.of(ComposedModule.CHAIN), names(plan, graph));
  }

  private static Map<String, String> names(ChainPlan plan, OneGraph graph) {
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof ChainPlan.Call call) {
        List<ArraySpec> inputs = new ArrayList<>(call.open());
        if (call.seed() != null) {
          inputs.add(RecordSeeds.column(call.seed()));
        }
        for (ArraySpec input : inputs) {
          String inner = OneGraph.input(i, input.name());
          names.put(inner, taken.add(input.name()) ? input.name() : inner);
        }
      }
    }
    names.putAll(graph.spec().mapping().outputs());
    return names;
  }
}
