package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.model.NewFolder;
import org.hubbeam.plan.Bindings;
import org.hubbeam.plan.Domain;
import org.hubbeam.plan.GraphIndex;
import org.hubbeam.plan.Trace;
import org.hubbeam.plan.TracedArray;

/** The sizes of vocabularies that a function of the user's tells, see {@link Domain.Found}. */
final class TableSizes {

  private static final String FUNCTION = "sizes";

  private TableSizes() {}

  /**
   * Looks whether they can be known without a row.
   *
   * @throws IllegalArgumentException naming the output and the column that its size needs
   */
  static void check(Trace trace) {
    GraphIndex index = new GraphIndex(trace.graph());
    for (Trace.Output output : trace.outputs()) {
      if (output.domain() instanceof Domain.Found found) {
        Set<String> needed = index.needed(List.of(found.size()));
        for (TracedArray input : trace.inputs()) {
          if (input.tensors().stream().map(GraphIndex::node).anyMatch(needed::contains)) {
            throw new IllegalArgumentException(
                "the table size of the output '"
                    + output.array().spec().name()
                    + "' needs the column '"
                    + input.spec().name()
                    + "'; allowed is what the vocabulary's file tells");
          }
        }
      }
    }
  }

  /**
   * What is known, with the sizes under the names of their tensors.
   *
   * @param staged makes a file's location one of this machine
   */
  static Bindings known(Trace trace, Bindings bindings, Function<String, Path> staged)
      throws IOException {
    List<String> tensors =
        trace.outputs().stream()
            .map(o -> o.domain() instanceof Domain.Found found ? found.size() : null)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return tensors.isEmpty()
        ? bindings
        : bindings.with(new Bindings(evaluated(trace, bindings, staged, tensors), Map.of()));
  }

  private static Map<String, Array.Dense> evaluated(
      Trace trace, Bindings bindings, Function<String, Path> staged, List<String> tensors)
      throws IOException {
    Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      ArraySpec spec = new ArraySpec("size_" + i, DType.INT64, Shape.of(), Layout.DENSE);
      outputs.put(spec, List.of(tensors.get(i)));
    }
    ModuleWriter writer = ModuleWriter.create();
    TracedModule.of(trace, bindings, staged)
        .add(writer, FUNCTION, FunctionInputs.of(), trace.graph(), Map.of(), outputs);
    Path folder = Files.createTempDirectory("hubbeam-sizes");
    try {
      Path written = folder.resolve(FUNCTION);
      writer.write(written);
      ModuleOptions options = ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL);
      try (Module module = Module.load(written, options)) {
        Map<String, Array> sizes = module.function(FunctionChoice.of(FUNCTION)).call(Map.of());
        Map<String, Array.Dense> known = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
          known.put(tensors.get(i), (Array.Dense) sizes.get("size_" + i));
        }
        return known;
      }
    } finally {
      NewFolder.delete(folder);
    }
  }
}
