// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
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
    return finished(Freezing.of(GraphReader.of(folder, module), options));
  }

  private static GraphModel finished(FrozenGraph frozen) {
    FrozenGraph graph = Cleaning.of(frozen);
    graph = ConstantFolding.of(graph);
    graph = Narrowing.of(graph);
    graph = RegexTranslation.of(graph);
    graph = TableLookups.of(graph);
    graph = ConstantFolding.of(graph);
    graph = BatchNormFolding.of(graph);
    graph = Fusing.of(graph);
    graph = ListItems.of(Cleaning.of(graph));
    graph = Naming.of(graph);
    List<OpSupport.Finding> findings = OpSupport.check(graph.graph());
    OpSupport.require(findings);
    TreeSet<String> script = new TreeSet<>();
    findings.stream()
        .filter(f -> f.support().where() == OpSupport.Where.SCRIPT)
        .forEach(f -> script.add(f.operation()));
    return new GraphModel(
        graph.graph(), graph.inputs(), graph.outputs(), graph.tables(), List.copyOf(script));
  }
}
