// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.gradients.VariableGradient;
import org.hubbeam.gradients.VariableGradients;
import org.hubbeam.model.ArrayOperand;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.vectors.Pooling;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A function of a module with a head behind it, their loss, and what steps change.
 *
 * @param graph all of it
 * @param head the variables of the head
 * @param slots the nodes of the variables that the optimizer keeps
 * @param starts the nodes that give these their first values
 * @param loss with what weights cost, by what is trained
 * @param steps by what is trained
 * @param logits [n, logits], nothing left out
 * @param rowLosses [n]
 */
record TunedGraph(
    GraphDef graph,
    List<GraphVariable<TFloat32>> head,
    List<String> slots,
    List<String> starts,
    Map<Trained, String> loss,
    Map<Trained, Step> steps,
    String logits,
    String rowLosses) {

  /** What a step trains. */
  enum Trained {
    /** The head alone. */
    HEAD,
    /** The head and the module's variables. */
    ALL
  }

  /** How many calls of the function a step takes. */
  enum Calls {
    ONE,
    /** Gradients are summed over the calls before they change anything. */
    SEVERAL
  }

  /**
   * The nodes of a step.
   *
   * @param call what each call runs
   * @param end what runs once behind all calls, null where a step is one call
   */
  record Step(String call, @Nullable String end) {}

  /**
   * What it is made of.
   *
   * @param output of the function, which goes into the head
   * @param pooling how its sequences become vectors; none where it has a vector a row
   * @param trained variables of the function; none where it stays as it is
   */
  record Parts(
      TrainableFunction function,
      String output,
      Pooling.Kind pooling,
      HeadForm form,
      TrainingOptions options,
      List<ModuleVariable> trained,
      Calls calls) {

    /** The same with another function of which no variable is trained. */
    Parts withFixed(TrainableFunction other) {
      return new Parts(other, output, pooling, form, options, List.of(), calls);
    }
  }

  /** Takes float32 []: the part of what weights cost that a call counts; 1 if it is not fed. */
  static final String SHARE = "hubbeam_share";

  private static final String MODULE = "module";
  private static final String HEAD = "head";

  /** The placeholder of the length of the head's steps, {@link StepLength#of}. */
  static String headLength() {
    return ModuleUpdates.length(HEAD);
  }

  /** The placeholder of the length of the module's steps. */
  static String moduleLength() {
    return ModuleUpdates.length(MODULE);
  }

  /** Puts it together. */
  static TunedGraph of(Parts parts) {
    Losses losses = Losses.of(parts);
    List<String> nodes = new ArrayList<>();
    losses.head.forEach(v -> nodes.add(v.node()));
    parts.trained.forEach(v -> nodes.add(v.node()));
    VariableGradients gradients = VariableGradients.of(losses.graph, losses.of(Trained.ALL), nodes);
    try (Graph graph = NativeRuntime.newGraph()) {
      graph.importGraphDef(gradients.graph());
      return new Updating(graph, parts, losses, gradients).graph();
    }
  }

  /** The nodes of the variables that a function changes by itself, such as moving averages. */
  static Set<String> changedByFunction(TrainableFunction function) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    function.graph().getNodeList().forEach(n -> nodes.put(n.getName(), n));
    Set<String> changed = new LinkedHashSet<>();
    for (String update : function.updates()) {
      NodeDef node = nodes.get(update);
      while (node != null && node.getInputCount() > 0 && !node.getOp().equals("VarHandleOp")) {
        node = nodes.get(node.getInput(0).replaceFirst(":.*", ""));
      }
      if (node != null && node.getOp().equals("VarHandleOp")) {
        changed.add(node.getName());
      }
    }
    return changed;
  }

  /** The first half: up to the loss. */
  private record Losses(
      GraphDef graph,
      List<GraphVariable<TFloat32>> head,
      Map<Trained, String> loss,
      String logits,
      String rowLosses) {

    String of(Trained trained) {
      return Objects.requireNonNull(loss.get(trained));
    }

    static Losses of(Parts parts) {
      try (Graph graph = NativeRuntime.newGraph()) {
        graph.importGraphDef(parts.function.graph());
        Ops tf = Ops.create(graph);
        Operand<TFloat32> features = features(tf, graph, parts);
        HeadGraph<TFloat32> head =
            new HeadGraph<>(
                tf,
                parts.form,
                parts.options.labelSmoothing(),
                TFloat32.class,
                parts.options.seed());
        Operand<TFloat32> logits = head.logits(features);
        Operand<TFloat32> training =
            parts.form.options().dropout() > 0 ? head.trainingLogits(features) : logits;
        Operand<TFloat32> share =
            tf.withName(SHARE)
                .placeholderWithDefault(tf.constant(1f), org.tensorflow.ndarray.Shape.scalar());
        Operand<TFloat32> costs = head.penalty(parts.options.penalties());
        Operand<TFloat32> data = head.loss(training);
        Map<Trained, String> loss = new EnumMap<>(Trained.class);
        loss.put(Trained.HEAD, name(tf.math.add(data, tf.math.mul(share, costs))));
        if (!parts.trained.isEmpty()) {
          for (String module : parts.function.regularizationLosses()) {
            Operand<TNumber> more = tensor(graph, module);
            costs = tf.math.add(costs, tf.dtypes.cast(more, TFloat32.class));
          }
        }
        loss.put(Trained.ALL, name(tf.math.add(data, tf.math.mul(share, costs))));
        String rowLosses = name(head.rowLosses(logits));
        return new Losses(graph.toGraphDef(), head.variables(), loss, name(logits), rowLosses);
      }
    }
  }

  private static Operand<TFloat32> features(Ops tf, Graph graph, Parts parts) {
    Operand<?> given =
        tensor(
            graph, Objects.requireNonNull(parts.function.outputTensors().get(parts.output)).get(0));
    if (parts.pooling != Pooling.Kind.NONE) {
      ArraySpec spec =
          parts.function.outputs().stream()
              .filter(o -> o.name().equals(parts.output))
              .findFirst()
              .orElseThrow();
      ArrayOperand sequences = new ArrayOperand(spec, List.of(given));
      given = PooledVectors.of(tf, sequences, parts.pooling, null).tensors().get(0);
    }
    Operand<TFloat32> numbers = tf.dtypes.cast(given, TFloat32.class);
    return tf.reshape(numbers, tf.array(-1, parts.form.features()));
  }

  /** The second half: gradients applied. */
  private static final class Updating {
    private final Graph graph;
    private final Ops tf;
    private final Parts parts;
    private final Losses losses;
    private final ModuleUpdates updates;
    private final List<ModuleUpdates.Part> head = new ArrayList<>();
    private final List<ModuleUpdates.Part> all = new ArrayList<>();
    private final GradientSums sums;

    Updating(Graph graph, Parts parts, Losses losses, VariableGradients gradients) {
      this.graph = graph;
      this.tf = Ops.create(graph).withSubScope("hubbeam_step");
      this.parts = parts;
      this.losses = losses;
      this.updates = new ModuleUpdates(graph, parts.options.optimizer());
      this.sums = new GradientSums(graph);
      List<@Nullable VariableGradient> found = gradients.gradients();
      for (int i = 0; i < losses.head.size(); i++) {
        GraphVariable<TFloat32> variable = losses.head.get(i);
        add(found.get(i), DType.FLOAT32, new Shape(variable.dims()), HEAD, head);
      }
      all.addAll(head);
      for (int i = 0; i < parts.trained.size(); i++) {
        ModuleVariable variable = parts.trained.get(i);
        add(found.get(losses.head.size() + i), variable.dtype(), variable.shape(), MODULE, all);
      }
    }

    private static void add(
        @Nullable VariableGradient gradient,
        DType dtype,
        Shape shape,
        String group,
        List<ModuleUpdates.Part> to) {
      if (gradient != null) {
        to.add(new ModuleUpdates.Part(gradient, dtype, shape, group));
      }
    }

    TunedGraph graph() {
      Map<Trained, Step> steps = new EnumMap<>(Trained.class);
      steps.put(Trained.HEAD, step(Trained.HEAD, head));
      if (!parts.trained.isEmpty()) {
        if (all.size() == head.size()) {
          throw new TrainingException(
              "the output '"
                  + parts.output
                  + "' depends on none of the variables that are to be trained");
        }
        steps.put(Trained.ALL, step(Trained.ALL, all));
      }
      List<String> starts = new ArrayList<>(updates.starts());
      starts.addAll(sums.starts());
      return new TunedGraph(
          graph.toGraphDef(),
          losses.head,
          updates.slots(),
          starts,
          losses.loss,
          steps,
          losses.logits,
          losses.rowLosses);
    }

    private Step step(Trained trained, List<ModuleUpdates.Part> changed) {
      Double clipNorm = parts.options.clipNorm();
      if (parts.calls == Calls.ONE) {
        Op loss = tensor(graph, losses.of(trained));
        return new Step(updates.add(changed, clipNorm, List.of(loss)), null);
      }
      List<ModuleUpdates.Part> summed = new ArrayList<>();
      List<Op> adding = new ArrayList<>();
      for (ModuleUpdates.Part part : changed) {
        adding.add(sums.add(part));
        summed.add(sums.summed(part));
      }
      String apply = updates.add(summed, clipNorm, List.of());
      String end = sums.cleared(changed, apply);
      return new Step(tf.withControlDependencies(adding).noOp().op().name(), end);
    }
  }

  static String name(Operand<?> operand) {
    return operand.asOutput().op().name() + ":" + operand.asOutput().index();
  }

  @SuppressWarnings("unchecked")
  static <T extends TType> Operand<T> tensor(Graph graph, String name) {
    return (Operand<T>) graph.outputOrThrow(name.contains(":") ? name : name + ":0");
  }
}
