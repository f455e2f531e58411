// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * Features that modules give, one called after the other.
 *
 * @param columns of the features
 * @param calls the modules
 * @param before steps before them
 * @param made columns that only these modules need
 * @param after steps behind them
 * @param source where the features come from, for the export
 */
record ModuleFeatures(
    List<String> columns,
    ModuleCalls calls,
    List<Step> before,
    List<String> made,
    List<Step> after,
    FeatureSource source) {

  ModuleFeatures {
    columns = List.copyOf(columns);
    before = List.copyOf(before);
    made = List.copyOf(made);
    after = List.copyOf(after);
  }

  /**
   * Finds the output with the features.
   *
   * @param asked its name; null for the only one, or {@code default}
   * @throws UsageException if there is none of floating point numbers
   */
  static String output(ModuleSpec last, @Nullable String asked) {
    List<ArraySpec> outputs = FunctionSignature.find(last).outputs();
    List<ArraySpec> chosen =
        outputs.stream()
            .filter(
                o ->
                    asked != null
                        ? o.name().equals(asked)
                        : outputs.size() == 1 || o.name().equals("default"))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          (asked == null
                  ? last.loading().shown() + " has several outputs; choose one with --outputKey: "
                  : "--outputKey="
                      + asked
                      + ": "
                      + last.loading().shown()
                      + " has no such output: ")
              + outputs);
    }
    if (!chosen.get(0).dtype().isFloating()) {
      boolean any = outputs.stream().anyMatch(o -> o.dtype().isFloating());
      throw new UsageException(
          last.loading().shown()
              + " gives "
              + chosen.get(0)
              + ", and a head learns from floating point numbers"
              + (any ? "; choose another output with --outputKey: " + outputs : ""));
    }
    return chosen.get(0).name();
  }

  /**
   * Where an output of the last of several modules comes from.
   *
   * @param calls the modules, with what their inputs take
   */
  static FeatureSource source(ModuleCalls calls, String output, Pooling.Kind pooling) {
    List<FeatureSource.Call> made = new ArrayList<>();
    List<String> before = List.of();
    for (int i = 0; i < calls.links().size(); i++) {
      ModuleSpec spec = calls.links().get(i).spec();
      FunctionSignature signature = FunctionSignature.find(spec);
      List<String> outputs =
          i + 1 == calls.links().size()
              ? List.of(output)
              : signature.outputs().stream().map(ArraySpec::name).toList();
      made.add(new FeatureSource.Call(spec, inputs(spec, signature.inputs(), before), outputs));
      before = outputs;
    }
    return new FeatureSource.OfModules(made, pooling);
  }

  /**
   * What the inputs of a function take: what a spec says, what the module before gives, columns.
   */
  private static Map<String, String> inputs(
      ModuleSpec spec, List<ArraySpec> inputs, List<String> before) {
    Map<String, String> taken = new LinkedHashMap<>();
    String only = spec.mapping().inputs().get(ModuleSpec.Mapping.ONLY);
    for (ArraySpec input : inputs) {
      String name = input.name();
      String last = name.substring(name.lastIndexOf('/') + 1);
      String named = spec.mapping().inputs().getOrDefault(name, spec.mapping().inputs().get(last));
      boolean single = inputs.size() == 1;
      taken.put(
          name,
          named != null
              ? named
              : single && only != null
                  ? only
                  : before.contains(name)
                      ? name
                      : single && before.size() == 1 ? before.get(0) : last);
    }
    return taken;
  }
}
