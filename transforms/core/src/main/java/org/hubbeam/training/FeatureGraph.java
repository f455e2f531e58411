// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.model.ArrayOperand;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.FunctionInputs;
import org.hubbeam.model.FunctionScope;
import org.hubbeam.model.Graft;
import org.hubbeam.model.GraftedFunction;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Features in a module that is being written: from its raw columns to vectors. */
final class FeatureGraph {

  private static final String TRANSFORM = "transform_fn";
  private static final String TRANSFORM_GRAPH = "transform_signature";

  private final ModuleWriter writer;
  private final List<TrainedModule.Feature> features;
  private final RawColumns columns = new RawColumns();
  private final Map<Path, String> names = new LinkedHashMap<>();
  private final Set<Graft> grafts = new LinkedHashSet<>();
  private final Map<Call, Callee> callees = new LinkedHashMap<>();
  private final Map<TrainedModule.OfTransform, Call> transforms = new HashMap<>();
  private final Map<Base, Optional<TrainableFunction>> graphs = new HashMap<>();
  private final Map<Graft, Set<String>> idle = new LinkedHashMap<>();
  private final Map<Graft, Set<String>> busy = new LinkedHashMap<>();

  /** What a module is asked. */
  enum Mode {
    INFERENCE,
    TRAINING
  }

  /** A call of a function; outputs of the same one are computed once. */
  private record Call(
      Path folder,
      FunctionChoice function,
      Map<String, TrainedModule.Input> inputs,
      Set<String> absent) {}

  /** A function of a module. */
  private record Base(Path folder, FunctionChoice function) {}

  /** What is called, and what in training. */
  private record Callee(Graft graft, GraftedFunction function, GraftedFunction training) {
    GraftedFunction in(Mode mode) {
      return mode == Mode.TRAINING ? training : function;
    }
  }

  /** Takes the modules in and finds out which columns they take. */
  FeatureGraph(ModuleWriter writer, List<TrainedModule.Feature> features) {
    this.writer = writer;
    this.features = features;
    features.forEach(this::take);
    idle.forEach(Graft::fix);
    graphs.clear();
    for (TrainedModule.Feature feature : features) {
      if (feature instanceof TrainedModule.NumericColumn number) {
        columns.addNumbers(number.column());
      }
    }
  }

  /**
   * What the written functions take: the only column, or a dict of columns.
   *
   * @param dict the name of the argument that takes a dict
   */
  FunctionInputs inputs(String dict) {
    return columns.inputs(dict);
  }

  /**
   * Adds the losses of the modules.
   *
   * @param prefix what the paths of the functions begin with; numbers follow
   * @return how many there are
   */
  int addLosses(String prefix) {
    int count = 0;
    for (Graft graft : grafts) {
      for (GraftedFunction loss : graft.regularizationLosses()) {
        writer.function(
            prefix + count++,
            FunctionInputs.of(),
            f -> f.output("output", f.call(loss, Map.of()).values().iterator().next()));
      }
    }
    return count;
  }

  /**
   * All features side by side, float32 [n, d].
   *
   * @param scorer takes them; null where that is not known yet
   */
  Operand<TFloat32> vectors(FunctionScope f, Mode mode, @Nullable Scorer scorer) {
    Map<Call, Map<String, ArrayOperand>> done = new LinkedHashMap<>();
    List<ArrayOperand> given = new ArrayList<>();
    for (TrainedModule.Feature feature : features) {
      given.add(numbers(feature, feature(f, mode, feature, done)));
    }
    List<Integer> widths = FeatureWidths.of(given, scorer);
    List<Operand<TFloat32>> parts = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      parts.add(flat(f.tf(), given.get(i), widths.get(i)));
    }
    return parts.size() == 1 ? parts.get(0) : f.tf().concat(parts, f.tf().constant(1));
  }

  private ArrayOperand feature(
      FunctionScope f,
      Mode mode,
      TrainedModule.Feature feature,
      Map<Call, Map<String, ArrayOperand>> done) {
    if (feature instanceof TrainedModule.OfModule module) {
      return output(f, mode, callOf(module), module.output(), done);
    }
    if (feature instanceof TrainedModule.OfTransform transform) {
      Call call = Objects.requireNonNull(transforms.get(transform));
      return output(f, mode, call, transform.output(), done);
    }
    if (feature instanceof TrainedModule.Pooled pooled) {
      ArrayOperand sequences = numbers(feature, feature(f, mode, pooled.sequences(), done));
      ArrayOperand mask = pooled.mask() == null ? null : input(f, mode, pooled.mask(), done);
      return PooledVectors.of(f.tf(), sequences, pooled.kind(), mask);
    }
    return columns.in(f, ((TrainedModule.NumericColumn) feature).column());
  }

  private ArrayOperand input(
      FunctionScope f,
      Mode mode,
      TrainedModule.Input input,
      Map<Call, Map<String, ArrayOperand>> done) {
    return input instanceof TrainedModule.Column column
        ? columns.in(f, column.name())
        : feature(f, mode, (TrainedModule.Feature) input, done);
  }

  private ArrayOperand output(
      FunctionScope f,
      Mode mode,
      Call call,
      String output,
      Map<Call, Map<String, ArrayOperand>> done) {
    Callee callee = Objects.requireNonNull(callees.get(call));
    Map<String, ArrayOperand> outputs = done.get(call);
    if (outputs == null) {
      Map<String, ArrayOperand> given = new LinkedHashMap<>();
      List<ArraySpec> taken = callee.in(mode).inputs();
      call.inputs().forEach((name, i) -> given.put(name, input(f, mode, i, done)));
      for (ArraySpec spec : taken) {
        if (call.absent().contains(columnOf(spec.name()))) {
          given.put(spec.name(), Filler.of(f.tf(), spec, columns.anyIn(f)));
        }
      }
      outputs = f.call(callee.in(mode), renamed(given, callee, mode));
      done.put(call, outputs);
    }
    ArrayOperand found = outputs.get(output);
    if (found == null && mode == Mode.TRAINING && outputs.size() == 1) {
      found = outputs.values().iterator().next();
    }
    if (found == null) {
      throw new IllegalArgumentException(
          callee.function().choice()
              + " has no output '"
              + output
              + "'; it has "
              + outputs.keySet());
    }
    return found;
  }

  /** Inputs by the names of what is called in training, where that has a lone one. */
  private static Map<String, ArrayOperand> renamed(
      Map<String, ArrayOperand> given, Callee callee, Mode mode) {
    List<ArraySpec> own = callee.function().inputs();
    List<ArraySpec> called = callee.in(mode).inputs();
    return given.size() == 1 && own.size() == 1 && called.size() == 1
        ? Map.of(called.get(0).name(), given.values().iterator().next())
        : given;
  }

  private void add(TrainedModule.OfModule module) {
    TrainedModule.Base base = module.base();
    Call call = callOf(module);
    if (!callees.containsKey(call)) {
      module.inputs().values().forEach(this::take);
      Graft graft =
          writer.graft(name(base.folder(), "module"), base.folder(), base.options(), base.values());
      grafts.add(graft);
      GraftedFunction function =
          graft.function(base.function()).given(Map.of(), module.inputs().keySet());
      Map<String, ArraySpec> specs = new LinkedHashMap<>();
      function.inputs().forEach(s -> specs.put(s.name(), s));
      module
          .inputs()
          .forEach(
              (name, input) -> {
                if (input instanceof TrainedModule.Column column) {
                  columns.add(column.name(), Objects.requireNonNull(specs.get(name)));
                }
              });
      callees.put(call, new Callee(graft, function, graft.inTraining(function)));
    }
    note(module);
  }

  /** Notes which variables of a module an output depends on, and which it does not. */
  private void note(TrainedModule.OfModule module) {
    Callee callee = Objects.requireNonNull(callees.get(callOf(module)));
    Graft graft = callee.graft();
    OutputVariables variables =
        OutputVariables.of(graph(module.base(), callee.training().choice()), module.output());
    busy.computeIfAbsent(graft, g -> new HashSet<>()).addAll(variables.busy());
    Set<String> none = idle.computeIfAbsent(graft, g -> new HashSet<>());
    none.addAll(variables.idle());
    none.removeAll(busy.get(graft));
  }

  /** What is called in training as one graph; empty where it cannot be made one. */
  private Optional<TrainableFunction> graph(TrainedModule.Base base, FunctionChoice choice) {
    return graphs.computeIfAbsent(
        new Base(base.folder(), choice),
        b -> {
          try {
            return Optional.of(TrainableFunction.of(base.folder(), base.options(), choice));
          } catch (ModuleException e) {
            return Optional.empty();
          }
        });
  }

  private static Call callOf(TrainedModule.OfModule module) {
    return new Call(module.base().folder(), module.base().function(), module.inputs(), Set.of());
  }

  /** Takes in what a feature or an input needs. */
  private void take(Object taken) {
    if (taken instanceof TrainedModule.OfModule module) {
      add(module);
    } else if (taken instanceof TrainedModule.OfTransform transform) {
      add(transform);
    } else if (taken instanceof TrainedModule.Pooled pooled) {
      add(pooled.sequences());
      if (pooled.mask() != null) {
        take(pooled.mask());
      }
    }
  }

  private void add(TrainedModule.OfTransform transform) {
    Path folder = transform.transformFn();
    Graft graft = writer.graft(name(folder, "transform"), folder, ModuleOptions.DEFAULT);
    boolean objects = graft.info().callables().stream().anyMatch(c -> c.name().equals(TRANSFORM));
    FunctionChoice choice = FunctionChoice.of(objects ? TRANSFORM : TRANSFORM_GRAPH);
    GraftedFunction function = graft.function(choice);
    Map<String, TrainedModule.Input> inputs = new LinkedHashMap<>();
    for (ArraySpec spec : function.inputs()) {
      String column = columnOf(spec.name());
      if (!transform.absent().contains(column)) {
        inputs.put(spec.name(), new TrainedModule.Column(column));
      }
    }
    Call call = new Call(folder, choice, inputs, transform.absent());
    if (!callees.containsKey(call)) {
      for (ArraySpec spec : function.inputs()) {
        if (inputs.containsKey(spec.name())) {
          columns.add(columnOf(spec.name()), spec);
        }
      }
      callees.put(call, new Callee(graft, function, function));
    }
    transforms.put(transform, call);
  }

  /** The column of {@code inputs/column}. */
  private static String columnOf(String input) {
    return input.substring(input.indexOf('/') + 1);
  }

  private String name(Path folder, String kind) {
    return names.computeIfAbsent(
        folder,
        f -> {
          long others = names.values().stream().filter(n -> n.startsWith(kind)).count();
          return others == 0 ? kind : kind + "_" + others;
        });
  }

  private static ArrayOperand numbers(TrainedModule.Feature feature, ArrayOperand array) {
    ArraySpec spec = array.spec();
    boolean numeric = spec.dtype() != DType.STRING && !spec.dtype().isComplex();
    if (spec.layout() != Layout.DENSE
        || !numeric
        || spec.shape().hasRank() && spec.shape().rank() == 0) {
      throw new IllegalArgumentException(
          "a feature is a dense array of numbers with rows, but "
              + described(feature)
              + " is "
              + spec.type());
    }
    return array;
  }

  private static String described(TrainedModule.Feature feature) {
    if (feature instanceof TrainedModule.OfModule module) {
      return "the output '" + module.output() + "' of " + module.base().function();
    }
    if (feature instanceof TrainedModule.Pooled pooled) {
      return described(pooled.sequences());
    }
    return feature instanceof TrainedModule.OfTransform transform
        ? "the feature '" + transform.output() + "'"
        : "the column '" + ((TrainedModule.NumericColumn) feature).column() + "'";
  }

  /** Rows of {@code width} float32 numbers; a width of -1 is not known. */
  private static Operand<TFloat32> flat(Ops tf, ArrayOperand array, int width) {
    Operand<?> tensor = array.tensors().get(0);
    Operand<TFloat32> numbers =
        array.spec().dtype() == DType.FLOAT32
            ? tensor.asOutput().expect(TFloat32.class)
            : tf.dtypes.cast(tensor, TFloat32.class);
    Shape shape = array.spec().shape();
    return shape.hasRank() && shape.rank() == 2 && shape.dim(1) == width
        ? numbers
        : tf.reshape(numbers, tf.constant(new int[] {-1, width}));
  }
}
