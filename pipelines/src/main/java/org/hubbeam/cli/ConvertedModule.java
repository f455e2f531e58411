// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.inference.ChainModule;
import org.hubbeam.inference.ModuleChain;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.tfjs.ConversionOptions;
import org.hubbeam.tfjs.Parts;

/**
 * What becomes a graph model: a function of a module, or of a chain that was written as one.
 *
 * @param folder the module
 */
record ConvertedModule(Path folder, ModuleOptions options, ConversionOptions conversion) {

  /**
   * The modules that were asked for.
   *
   * @param outputs the outputs that are wanted; empty for all
   * @param work where a chain can be written to
   */
  static ConvertedModule of(ModuleCalls calls, List<String> outputs, Path work) throws IOException {
    List<ModuleSpec> specs = calls.links().stream().map(ModuleCalls.Link::spec).toList();
    if (specs.size() > 1) {
      Path folder = work.resolve("chain");
      ChainModule chain = ChainModule.write(ModuleChain.of(specs), folder);
      return new ConvertedModule(
          folder,
          ModuleOptions.DEFAULT,
          ConversionOptions.DEFAULT
              .withFunction(chain.function())
              .withNames(chain.names())
              .withOutputs(outputs.stream().map(o -> inner(o, chain.names())).toList()));
    }
    ModuleCalls.Link link = calls.links().get(0);
    ModuleSpec spec = link.spec();
    return new ConvertedModule(
        link.module().folder(),
        spec.loading().options().withOriginOf(link.module()),
        ConversionOptions.DEFAULT
            .withFunction(spec.function())
            .withConstants(spec.mapping().constants())
            .withOutputs(outputs));
  }

  private static String inner(String name, Map<String, String> names) {
    return names.entrySet().stream()
        .filter(e -> e.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(name);
  }

  /** The function, to be called; of a chain with the names inside. */
  ModuleFunction function(Module loaded) {
    return loaded.function(conversion.function()).withConstants(conversion.constants());
  }

  /** What an input is called inside. */
  String inner(String name) {
    return inner(name, conversion.names());
  }

  /** Arrays with the names of the signature, for those of the function. */
  Map<String, Array.Dense> named(Map<String, Array> arrays) {
    Map<String, Array> named = new LinkedHashMap<>();
    arrays.forEach((name, array) -> named.put(conversion.names().getOrDefault(name, name), array));
    return Parts.of(named);
  }
}
