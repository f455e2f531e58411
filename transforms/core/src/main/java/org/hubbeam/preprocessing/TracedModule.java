// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionGraph;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.Graft;
import org.hubbeam.model.GraftedCall;
import org.hubbeam.model.GraphConstants;
import org.hubbeam.model.ModuleWriter;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.GraphIndex;
import org.hubbeam.plan.ModuleNode;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.TableNode;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;
import org.tensorflow.proto.GraphDef;

/** Writes a traced function, with the results of its analyzers, as a SavedModel. */
@Internal
public final class TracedModule {

  /** The function of the module, as tf.Transform names it. */
  public static final String FUNCTION = "transform_fn";

  /** The only argument of the function: a dict of the columns. */
  static final String ARGUMENT = "inputs";

  private final TracedFunction trace;
  private final AnalyzerResults results;
  private final Map<String, Path> files;

  /**
   * @param results the results of the analyzers that the module needs
   * @param files the files of the results and of the trace on this machine, by node
   */
  private TracedModule(TracedFunction trace, AnalyzerResults results, Map<String, Path> files) {
    this.trace = trace;
    this.results = results;
    this.files = files;
  }

  /**
   * Writes the module that computes what a phase needs: its function gives {@link Phase#computed}.
   * It refuses the rows that the phases before refused.
   *
   * @param results the results of the phases before
   * @param staged maps the location of a file to a path on this machine
   * @param folder the folder of the module, which does not exist yet
   */
  public static void writePhase(
      Plan plan, Phase phase, AnalyzerResults results, Function<String, Path> staged, Path folder)
      throws IOException {
    Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();
    phase
        .computed()
        .forEach((name, array) -> outputs.put(array.spec().named(name), array.tensors()));
    TracedModule module = of(plan.trace(), results, staged);
    RowGuard guarded = RowGuard.of(plan, results.refusing(), outputs);
    module.write(guarded.graph(), guarded.outputs(), Set.of(), folder);
  }

  /**
   * Writes the module that computes the outputs of the function for the rows that were analysed: it
   * refuses those that the analysis refused, also where no output needs what is wrong with them.
   */
  public static void writeAnalyzed(
      Plan plan, AnalyzerResults results, Function<String, Path> staged, Path folder)
      throws IOException {
    TracedModule module = of(plan.trace(), results, staged);
    RowGuard guarded = RowGuard.of(plan, results.refusing(), outputs(plan.trace()));
    module.write(guarded.graph(), guarded.outputs(), Set.of(), folder);
  }

  /** Writes the module that computes the outputs of the function. */
  public static void writeTransform(
      TracedFunction trace, AnalyzerResults results, Function<String, Path> staged, Path folder)
      throws IOException {
    TracedModule module = of(trace, results, staged);
    module.write(trace.graph(), outputs(trace), module.files.keySet(), folder);
  }

  private static Map<ArraySpec, List<String>> outputs(TracedFunction trace) {
    Map<ArraySpec, List<String>> outputs = new LinkedHashMap<>();
    trace.outputs().forEach(o -> outputs.put(o.array().spec(), o.array().tensors()));
    return outputs;
  }

  static TracedModule of(
      TracedFunction trace, AnalyzerResults results, Function<String, Path> staged) {
    Map<String, Path> files = new LinkedHashMap<>();
    results.files().forEach((node, file) -> files.put(node, staged.apply(file.location())));
    trace.files().forEach(f -> files.put(f.node(), staged.apply(f.location())));
    return new TracedModule(trace, results, files);
  }

  private void write(
      GraphDef graph, Map<ArraySpec, List<String>> outputs, Set<String> kept, Path folder)
      throws IOException {
    FunctionInputs inputs =
        FunctionInputs.dict(ARGUMENT, trace.inputs().stream().map(TracedArray::spec).toList());
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (TracedArray input : trace.inputs()) {
      nodes.put(argument(input.spec()), input.tensors().stream().map(GraphIndex::node).toList());
    }
    ModuleWriter writer = ModuleWriter.create();
    Set<String> read = add(writer, FUNCTION, inputs, graph, nodes, outputs);
    int number = 0;
    for (String node : kept) {
      if (!read.contains(node)) {
        writer.asset("file_" + number++, file(node));
      }
    }
    writer.write(folder);
  }

  /**
   * Adds a function of the trace to a module, with the tables and files that it needs.
   *
   * @param graph that of the trace, or one that was made of it
   * @param nodes the placeholders of each input
   * @param outputs the tensors of each output
   * @return the nodes of the files that the function reads
   */
  Set<String> add(
      ModuleWriter writer,
      String name,
      FunctionInputs inputs,
      GraphDef graph,
      Map<String, List<String>> nodes,
      Map<ArraySpec, List<String>> outputs) {
    List<String> fetched = outputs.values().stream().flatMap(List::stream).toList();
    GraphIndex index = new GraphIndex(graph);
    Set<String> needed = index.needed(fetched);
    Set<String> read = new HashSet<>();
    Map<ModuleWriter.Member, String> captures = new LinkedHashMap<>();
    for (TableNode table : trace.tables()) {
      if (needed.contains(table.node())) {
        String path = name + "_table_" + captures.size();
        captures.put(table(writer, path, table.content()), table.node());
        read.add(table.content().source());
      }
    }
    for (Map.Entry<String, Path> file : files.entrySet()) {
      if (needed.contains(file.getKey())) {
        String path = name + "_asset_" + captures.size();
        captures.put(writer.asset(path, file.getValue()), file.getKey());
        read.add(file.getKey());
      }
    }
    writer.function(
        name,
        inputs,
        new FunctionGraph(
            bound(index.pruned(fetched)),
            nodes,
            captures,
            outputs,
            calls(writer, needed),
            FunctionGraph.Result.DICT));
    return read;
  }

  /** What the nodes call that are needed, of modules that are taken in. */
  private Map<String, GraftedCall> calls(ModuleWriter writer, Set<String> needed) {
    List<ModuleNode.Source> sources =
        trace.modules().stream().map(ModuleNode::module).distinct().toList();
    Map<String, GraftedCall> calls = new LinkedHashMap<>();
    for (ModuleNode module : trace.modules()) {
      if (needed.contains(module.node())) {
        Graft graft =
            TracedModules.graft(
                writer, "module_" + sources.indexOf(module.module()), module.module());
        calls.put(module.node(), graft.function(module.function()).on(module.given()));
      }
    }
    return calls;
  }

  private ModuleWriter.Table table(ModuleWriter writer, String path, TableNode.Content content) {
    if (content instanceof TableNode.Lines lines) {
      return writer.lookup(path, file(lines.source()), lines.lines());
    }
    if (content instanceof TableNode.Records records) {
      return writer.lookup(path, file(records.source()), records.records());
    }
    Values keys =
        content instanceof TableNode.Known known
            ? Values.of(known.keys().toArray(String[]::new))
            : filled(results.array(content.source()).values());
    long[] numbers = new long[keys.size()];
    Arrays.setAll(numbers, i -> i);
    return writer.mapping(path, keys, Values.of(numbers));
  }

  /**
   * These keys; if there are none, one placeholder, because a table cannot be filled from no keys.
   * Its index equals the number of keys, which stands for an unknown key.
   */
  private static Values filled(Values keys) {
    if (keys.size() > 0) {
      return keys;
    }
    return keys instanceof Values.Numbers
        ? new Values.Numbers(keys.dtype(), new byte[keys.dtype().bytes()])
        : Values.of("");
  }

  private Path file(String node) {
    Path file = files.get(node);
    if (file == null) {
      throw new IllegalStateException("the file of '" + node + "' is not known yet");
    }
    return file;
  }

  private GraphDef bound(GraphDef graph) {
    return GraphConstants.put(graph, results.arrays());
  }

  private static String argument(ArraySpec column) {
    return FunctionInputs.inDict(ARGUMENT, column.name());
  }

  /** The column that an input of the function is. */
  public static String column(String input) {
    String dict = FunctionInputs.inDict(ARGUMENT, "");
    return input.startsWith(dict) ? input.substring(dict.length()) : input;
  }

  /** The columns of a batch as the arguments of the function. */
  public static Map<String, Array> arguments(List<ArraySpec> columns, Map<String, Array> batch) {
    Map<String, Array> arguments = new LinkedHashMap<>();
    for (ArraySpec column : columns) {
      Array array = batch.get(column.name());
      arguments.put(
          argument(column),
          array instanceof Array.Ragged ragged && column.layout() == Layout.SPARSE
              ? ragged.toSparse()
              : array);
    }
    return arguments;
  }
}
