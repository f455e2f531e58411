// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.training.TrainedModule;
import org.hubbeam.vectors.Pooling;

/**
 * Where some features of a row come from, as a job carries it: the worker that exports a head looks
 * there for what gives them.
 */
public sealed interface FeatureSource extends Serializable {

  /** The features in the order of their vector. */
  List<TrainedModule.Feature> here();

  /**
   * The output of a module, or of the last of several that are called one after the other.
   *
   * @param calls the modules, in the order of their calls
   * @param pooling how sequences become vectors; none where the output has a vector a row
   */
  record OfModules(List<Call> calls, Pooling.Kind pooling) implements FeatureSource {

    public OfModules {
      calls = List.copyOf(calls);
      Objects.requireNonNull(pooling, "pooling");
    }

    @Override
    public List<TrainedModule.Feature> here() {
      return here(Map.of());
    }

    /** The same with other values of variables of the last module. */
    List<TrainedModule.Feature> here(Map<String, Array.Dense> values) {
      TrainedModule.OfModule last = null;
      Map<String, TrainedModule.Input> outputs = Map.of();
      for (Call call : calls) {
        Map<String, TrainedModule.Input> before = outputs;
        Map<String, TrainedModule.Input> inputs = new LinkedHashMap<>();
        call.inputs.forEach(
            (input, from) ->
                inputs.put(input, before.getOrDefault(from, new TrainedModule.Column(from))));
        outputs = new LinkedHashMap<>();
        boolean isLast = call.equals(calls.get(calls.size() - 1));
        TrainedModule.Base base = isLast ? call.base().withValues(values) : call.base();
        for (String output : call.outputs) {
          last = new TrainedModule.OfModule(inputs, base, output);
          outputs.put(output, last);
        }
      }
      if (last == null) {
        return List.of();
      }
      return List.of(
          pooling == Pooling.Kind.NONE ? last : new TrainedModule.Pooled(last, pooling, null));
    }
  }

  /**
   * A call of a function of a module.
   *
   * @param spec which function of which module
   * @param inputs what its inputs take: outputs of the call before, or columns
   * @param outputs what is used of its outputs
   */
  record Call(ModuleSpec spec, Map<String, String> inputs, List<String> outputs)
      implements Serializable {

    public Call {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
      outputs = List.copyOf(outputs);
    }

    TrainedModule.Base base() {
      ModuleSpec.Loading loading = spec.loading();
      Hub.Resolved module = Hub.of(loading.hub()).resolve(loading.handle());
      return TrainedModule.Base.of(
          module.folder(), loading.options().withOriginOf(module), spec.function());
    }
  }

  /**
   * Outputs of a fitted preprocessing function.
   *
   * @param handle its SavedModel
   * @param absent columns that it takes and the data to come have not
   */
  record OfTransform(String handle, List<String> outputs, Set<String> absent)
      implements FeatureSource {

    public OfTransform {
      outputs = List.copyOf(outputs);
      absent = Set.copyOf(absent);
    }

    @Override
    public List<TrainedModule.Feature> here() {
      Path folder = Hub.of(HubOptions.fromEnvironment()).resolve(handle).folder();
      return outputs.stream()
          .<TrainedModule.Feature>map(o -> new TrainedModule.OfTransform(folder, o, absent))
          .toList();
    }
  }

  /** A column of numbers, as it is. */
  record NumericColumn(String column) implements FeatureSource {

    @Override
    public List<TrainedModule.Feature> here() {
      return List.of(new TrainedModule.NumericColumn(column));
    }
  }
}
