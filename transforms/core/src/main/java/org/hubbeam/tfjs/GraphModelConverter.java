// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.ModuleOptions;

/** Makes graph models of TensorFlow.js of the functions of modules. Threads may use it. */
public final class GraphModelConverter {

  private GraphModelConverter() {}

  /**
   * Converts one function.
   *
   * @param folder the module
   * @throws ConversionException when the function cannot become a graph model, saying why
   * @throws org.hubbeam.model.ModuleException when the module is broken, not admitted, or has no
   *     such function
   */
  public static GraphModel convert(Path folder, ModuleOptions module, ConversionOptions options) {
    return finished(Freezing.of(GraphReader.of(folder, module), options).renamed(options.names()));
  }

  /**
   * Whether a function can be converted, and with what; nothing is written.
   *
   * @throws ConversionException when it cannot for another reason than an operation, saying why
   */
  public static Readiness check(Path folder, ModuleOptions module, ConversionOptions options) {
    FrozenGraph graph = optimized(Freezing.of(GraphReader.of(folder, module), options));
    return Readiness.of(OpSupport.check(graph.graph()));
  }

  /** What a function takes, without what a Python argument or a default fills. */
  public static List<ArraySpec> inputs(Path folder, ModuleOptions module, FunctionChoice choice) {
    return GraphReader.of(folder, module).called(choice, Map.of()).inputs();
  }

  /** The names of all functions of a module. */
  public static List<String> functions(Path folder, ModuleOptions module) {
    return GraphReader.of(folder, module).functions();
  }

  private static GraphModel finished(FrozenGraph frozen) {
    FrozenGraph graph = optimized(frozen);
    List<OpSupport.Finding> findings = OpSupport.check(graph.graph());
    OpSupport.require(findings);
    TreeSet<String> script = new TreeSet<>();
    findings.stream()
        .filter(f -> f.support().where() == OpSupport.Where.SCRIPT)
        .forEach(f -> script.add(f.operation()));
    return new GraphModel(
        graph.graph(), graph.inputs(), graph.outputs(), graph.tables(), List.copyOf(script));
  }

  private static FrozenGraph optimized(FrozenGraph frozen) {
    FrozenGraph graph = ConstantFolding.of(Cleaning.of(frozen));
    graph = TableLookups.of(RegexTranslation.of(Narrowing.of(graph)));
    graph = Fusing.of(BatchNormFolding.of(ConstantFolding.of(graph)));
    return Naming.of(ListItems.of(Cleaning.of(graph)));
  }
}
