// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * A graph that calls one function of a module: placeholders for its inputs, nodes for the
 * variables, tables and assets that it captures, and its outputs. Nothing is loaded; {@link #open}
 * does that.
 */
@Internal
public final class ModuleGraph {

  /** The node that waits for all side effects of the function. */
  public static final String EFFECTS = ObjectNodes.SCOPE + "effects";

  private static final String LOSSES = "regularization_losses.";
  private static final String CALL = ObjectNodes.SCOPE + "function";

  private final ModuleDefinition definition;
  private final ModuleOptions options;
  private final TraceChooser chooser;
  private final Trace trace;
  private final String function;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, List<String>> inputs = new LinkedHashMap<>();
  private final Map<String, List<String>> outputs = new LinkedHashMap<>();
  private final List<String> regularizationLosses = new ArrayList<>();
  private final GraphDef graph;
  private GraphCaptures captured = GraphCaptures.NONE;

  /**
   * A variable that the function captures.
   *
   * @param node the node that gives its resource
   */
  public record Variable(
      String path, String node, DType dtype, Shape shape, ModuleWriter.Learning learning) {}

  ModuleGraph(GraphReader reader, Member member, TraceChooser chooser, Trace trace) {
    this.definition = reader.definition();
    this.options = reader.options();
    this.chooser = chooser;
    this.trace = trace;
    this.function = member.name();
    GraphNodes nodes = new GraphNodes();
    nodes.graph().setVersions(definition.metaGraph().getGraphDef().getVersions());
    if (definition.callsObjects()) {
      ofObjects(nodes, reader.objects(), losses(member));
    } else {
      ofSignature(nodes, member);
    }
    this.graph = nodes.graph().build();
  }

  /** What it takes, without what a chosen argument or a default fills. */
  public List<ArraySpec> inputs() {
    return trace.inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
  }

  /** What it gives. */
  public List<ArraySpec> outputs() {
    return trace.outputSpecs();
  }

  /** The placeholders of each input. */
  public Map<String, List<String>> inputNodes() {
    return Collections.unmodifiableMap(inputs);
  }

  /** The tensors of each output. */
  public Map<String, List<String>> outputTensors() {
    return Collections.unmodifiableMap(outputs);
  }

  /** The variables that the function captures, in the order in which it captures them. */
  public List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  /** Scalars that the module wants added to the loss. */
  public List<String> regularizationLosses() {
    return List.copyOf(regularizationLosses);
  }

  /** The function's name. */
  public String function() {
    return function;
  }

  /** The graph. */
  public GraphDef graph() {
    return graph;
  }

  /**
   * The arrays of the placeholders, for those of the inputs.
   *
   * @throws ModuleException when an input is missing
   */
  public Map<String, Array.Dense> feeds(Map<String, Array> arrays) {
    Map<String, Array.Dense> feeds = new LinkedHashMap<>();
    for (Structure.Tensor input : trace.inputs()) {
      List<String> nodes = inputs.get(input.path());
      if (nodes == null) {
        continue;
      }
      Array array = arrays.get(input.path());
      if (array == null) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "the input '" + input.path() + "' is missing, given are " + arrays.keySet());
      }
      List<Array.Dense> parts = Composites.parts(input, array);
      for (int i = 0; i < parts.size(); i++) {
        feeds.put(nodes.get(i), parts.get(i));
      }
    }
    return feeds;
  }

  /** The values of an output, of the parts that it is made of. */
  public Array output(String name, List<Array.Dense> parts) {
    for (Structure.Tensor output : trace.outputs()) {
      if (output.path().equals(name)) {
        return Composites.whole(output, parts);
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** Loads the module. */
  public ModuleSession open() {
    ConfigProto config = SessionProgram.config(options.devices());
    TimeLimits limits = new TimeLimits(options.timeouts());
    SessionProgram program =
        definition.callsObjects()
            ? new ObjectProgram(definition, config, limits)
            : new GraphProgram(definition, config, limits);
    ModuleSession session = new ModuleSession(program);
    try {
      captured.restore(session, program);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    return session;
  }

  private void ofObjects(GraphNodes nodes, ObjectNodes leaves, List<Trace> losses) {
    leaves.graph().getNodeList().forEach(nodes::add);
    nodes.graph().setLibrary(leaves.graph().getLibrary());
    Map<Integer, String> paths = definition.variableNames();
    List<String> functions = new ArrayList<>(List.of(trace.name()));
    losses.forEach(l -> functions.add(l.name()));
    for (String function : functions) {
      for (int id : definition.objects().concrete(function).getBoundInputsList()) {
        if (definition.objects().node(id).hasVariable()) {
          SavedVariable variable = definition.objects().node(id).getVariable();
          String node = NativeSession.TensorName.parse(leaves.tensor(id)).node();
          variables.put(
              node,
              new Variable(
                  paths.getOrDefault(id, variable.getName()),
                  node,
                  DType.of(variable.getDtype()),
                  Structure.shape(variable.getShape()),
                  variable.getTrainable()
                      ? ModuleWriter.Learning.TRAINABLE
                      : ModuleWriter.Learning.FIXED));
        }
      }
    }
    addCall(nodes, definition.function(trace.name()), leaves.captures(trace.name()));
    for (Trace loss : losses) {
      String call =
          nodes.call(
              ObjectNodes.SCOPE + "regularization",
              definition.function(loss.name()),
              leaves.captures(loss.name()));
      DataType type = loss.outputs().get(0).spec().dtype().proto();
      regularizationLosses.add(identity(nodes, call + "_loss", call + ":0", type));
    }
  }

  /** The functions that give numbers which the module wants added to the loss. */
  private List<Trace> losses(Member called) {
    List<Trace> losses = new ArrayList<>();
    if (called.name().startsWith(LOSSES)) {
      return losses;
    }
    while (true) {
      String name = LOSSES + losses.size();
      Optional<Member> member =
          definition.members().stream().filter(m -> m.name().equals(name)).findFirst();
      if (member.isEmpty()) {
        return losses;
      }
      Trace loss = member.get().traces().get(0);
      if (!loss.inputs().isEmpty()
          || loss.outputs().size() != 1
          || !loss.outputs().get(0).spec().dtype().isFloating()) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE, name + " is not a number without inputs");
      }
      losses.add(loss);
    }
  }

  private void ofSignature(GraphNodes nodes, Member member) {
    SignatureGraph signature = SignatureGraph.extract(definition, member);
    nodes.graph().setLibrary(DevicePins.removed(definition.metaGraph().getGraphDef().getLibrary()));
    captured = new GraphCaptures(definition);
    List<GraphFunction.Argument> arguments = GraphGraft.inputs(signature, member, trace);
    List<String> tensors = new ArrayList<>();
    signature
        .captures()
        .forEach(
            (placeholder, node) -> {
              String leaf = captured.add(nodes, node);
              DataType type =
                  definition.assetFile(node.getName()) == null
                      ? DataType.DT_RESOURCE
                      : DataType.DT_STRING;
              arguments.add(
                  new GraphFunction.Argument(
                      placeholder, "captured_" + tensors.size(), type, Shape.UNKNOWN, null));
              tensors.add(leaf + ":0");
            });
    captured.variables().forEach(v -> variables.put(v.node(), v));
    GraphNodes body = new GraphNodes();
    signature.nodes().forEach(body::add);
    FunctionDef function =
        GraphFunction.convert(
            "hubbeam_" + member.name().replaceAll("[^A-Za-z0-9_]", "_"),
            body.graph().build(),
            arguments,
            GraphGraft.outputs(signature, member, trace),
            OpDefs.registered().with(nodes.graph().getLibrary()));
    nodes.graph().getLibraryBuilder().addFunction(function);
    addCall(nodes, function, tensors);
  }

  private void addCall(GraphNodes nodes, FunctionDef function, List<String> captures) {
    List<OpDef.ArgDef> arguments = function.getSignature().getInputArgList();
    List<String> taken = new ArrayList<>();
    for (Structure.Tensor input : trace.inputs()) {
      boolean filled = chooser.isFilled(input.spec());
      List<Array.Dense> values =
          filled ? Composites.parts(input, chooser.filled(input)) : List.of();
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < input.parts(); i++) {
        String name = ObjectNodes.SCOPE + "input_" + taken.size();
        DataType type = input.types().get(i);
        Shape shape = input.parts() == 1 ? input.spec().shape() : Shape.UNKNOWN;
        parts.add(
            filled
                ? nodes.constant(name, Protos.tensor(values.get(i)))
                : nodes.placeholder(name, type, shape));
        taken.add(parts.get(i) + ":0");
      }
      if (!filled) {
        inputs.put(input.path(), parts);
      }
    }
    if (taken.size() + captures.size() != arguments.size()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          trace.name()
              + " takes "
              + arguments.size()
              + " tensors, but its signature tells of "
              + taken.size()
              + " and it captures "
              + captures.size());
    }
    taken.addAll(captures);
    nodes.call(CALL, function, taken);
    int next = 0;
    for (Structure.Tensor output : trace.outputs()) {
      List<String> parts = new ArrayList<>();
      for (DataType type : output.types()) {
        parts.add(identity(nodes, ObjectNodes.SCOPE + "output_" + next, CALL + ":" + next, type));
        next++;
      }
      outputs.put(output.path(), parts);
    }
    nodes.noOp(EFFECTS, List.of(CALL));
  }

  private static String identity(GraphNodes nodes, String name, String tensor, DataType type) {
    Map<String, AttrValue> attributes = Map.of("T", Protos.attr(type));
    return nodes.node(name, "Identity", List.of(tensor), attributes) + ":0";
  }
}
