// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_CloseSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteImportGraphDefOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_FLOAT;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphImportGraphDef;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_ImportGraphDefOptionsAddInputMapping;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewBufferFromString;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewImportGraphDefOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OperationOutputType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;

/**
 * A graph and its session, held through TensorFlow's C interface: arrays of every type go in and
 * out as blocks, the graph grows while the session lives, and all is given back on close, or when
 * the last run after it has ended. Threads may run calls at the same time.
 */
final class NativeSession implements AutoCloseable {

  /** What TensorFlow says of inputs of wrong types. */
  private static final String WRONG_TYPE = "Expects arg[";

  /** The types of references to tensors are those of the tensors and this. */
  private static final int REFERENCES = 100;

  private final TimeLimits limits;
  private final Set<String> nodes = new LinkedHashSet<>();
  private final List<Call> calls = new ArrayList<>();
  private final TF_Graph graph;
  private final TF_Session session;
  private @Nullable TF_Buffer callOptions;
  private volatile int extensions;
  private int uses;
  private boolean closed;

  /** A session whose work is part of loading, with the default limit. */
  NativeSession(ConfigProto config) {
    this(config, new TimeLimits(ModuleOptions.Timeouts.DEFAULT));
  }

  NativeSession(ConfigProto config, TimeLimits limits) {
    NativeLibrary.hold();
    this.limits = limits;
    graph = TF_NewGraph();
    TF_SessionOptions options = TF_NewSessionOptions();
    TF_Status status = TF_NewStatus();
    try (BytePointer bytes = new BytePointer(config.toByteArray())) {
      TF_SetConfig(options, bytes, config.getSerializedSize(), status);
      NativeStatus.check(status, ModuleException.Kind.NOT_LOADABLE);
      session = TF_NewSession(graph, options, status);
      NativeStatus.check(status, ModuleException.Kind.NOT_LOADABLE);
    } catch (RuntimeException e) {
      TF_DeleteGraph(graph);
      throw e;
    } finally {
      TF_DeleteSessionOptions(options);
      TF_DeleteStatus(status);
    }
  }

  /**
   * Adds nodes and functions. An input that is not among the new nodes is taken from those that are
   * there already.
   */
  void extend(GraphDef more) {
    limits.requireUsable();
    limits.build(
        () -> {
          use();
          try {
            add(more);
            return more;
          } finally {
            release();
          }
        });
  }

  private void add(GraphDef more) {
    TF_ImportGraphDefOptions options = TF_NewImportGraphDefOptions();
    TF_Status status = TF_NewStatus();
    try (BytePointer bytes = new BytePointer(more.toByteArray());
        TF_Buffer buffer = new TF_Buffer();
        TF_Output target = new TF_Output()) {
      Set<String> added = new LinkedHashSet<>();
      more.getNodeList().forEach(n -> added.add(n.getName()));
      Set<String> mapped = new LinkedHashSet<>();
      for (NodeDef node : more.getNodeList()) {
        for (String input : node.getInputList()) {
          TensorName name = TensorName.parse(input);
          if (!input.startsWith("^") && !added.contains(name.node()) && mapped.add(input)) {
            target.oper(operation(name.node())).index(name.index());
            TF_ImportGraphDefOptionsAddInputMapping(options, name.node(), name.index(), target);
          }
        }
      }
      buffer.data(bytes).length(bytes.limit());
      TF_GraphImportGraphDef(graph, buffer, options, status);
      NativeStatus.check(status, ModuleException.Kind.NOT_LOADABLE);
      synchronized (this) {
        nodes.addAll(added);
        extensions++;
      }
    } finally {
      TF_DeleteImportGraphDefOptions(options);
      TF_DeleteStatus(status);
    }
  }

  /** Whether the graph has a node of this name. */
  synchronized boolean has(String node) {
    return nodes.contains(node);
  }

  /**
   * A call to be made many times: tensors that are fed and fetched ({@code node:index}), nodes that
   * are run.
   */
  synchronized Call call(List<String> feeds, List<String> fetches, List<String> targets) {
    limits.requireUsable();
    requireOpen();
    List<String> computed = fetches.stream().filter(f -> !feeds.contains(f)).toList();
    TF_Output fed = outputs(feeds);
    Call call =
        new Call(
            fed,
            feeds.size(),
            outputs(computed),
            computed.size(),
            operations(targets),
            targets.size(),
            fetches.stream().mapToInt(feeds::indexOf).toArray(),
            wrong(fed, feeds.size()));
    calls.add(call);
    return call;
  }

  /** Values of types that these tensors do not have. */
  private static List<Array.Dense> wrong(TF_Output tensors, int count) {
    List<Array.Dense> wrong = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean floats = TF_OperationOutputType(tensors.position(i)) % REFERENCES == TF_FLOAT;
      wrong.add(Array.Dense.scalar(floats ? Values.of(0) : Values.of(0f)));
    }
    tensors.position(0);
    return wrong;
  }

  /** Ends loading: from now on, the time limit of calls applies. Before any other thread runs. */
  void loaded() {
    limits.loaded();
    long millis = limits.allowAnyTime() ? 0 : limits.runMillis();
    callOptions = millis == 0 ? null : runOptions(millis);
  }

  private static TF_Buffer runOptions(long millis) {
    byte[] options = RunOptions.newBuilder().setTimeoutInMs(millis).build().toByteArray();
    try (BytePointer bytes = new BytePointer(options)) {
      return TF_NewBufferFromString(bytes, options.length);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (uses == 0) {
        delete();
      }
    }
  }

  private synchronized void use() {
    requireOpen();
    uses++;
  }

  private synchronized void release() {
    uses--;
    if (closed && uses == 0) {
      delete();
    }
  }

  private void delete() {
    TF_Status status = TF_NewStatus();
    try {
      calls.forEach(Call::delete);
      if (callOptions != null) {
        TF_DeleteBuffer(callOptions);
      }
      TF_CloseSession(session, status);
      TF_DeleteSession(session, status);
      TF_DeleteGraph(graph);
    } finally {
      TF_DeleteStatus(status);
    }
  }

  private TF_Operation operation(String node) {
    TF_Operation operation = TF_GraphOperationByName(graph, node);
    if (operation == null || operation.isNull()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the graph has no node '" + node + "'");
    }
    return operation;
  }

  private @Nullable PointerPointer<TF_Operation> operations(List<String> nodes) {
    if (nodes.isEmpty()) {
      return null;
    }
    PointerPointer<TF_Operation> operations = new PointerPointer<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      operations.put(i, operation(nodes.get(i)));
    }
    return operations;
  }

  private TF_Output outputs(List<String> tensors) {
    TF_Output outputs = new TF_Output(Math.max(1, tensors.size()));
    for (int i = 0; i < tensors.size(); i++) {
      TensorName name = TensorName.parse(tensors.get(i));
      outputs.position(i).oper(operation(name.node())).index(name.index());
    }
    return outputs.position(0);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the module is closed");
    }
  }

  /** A call of this session. */
  final class Call implements ProgramCall {
    private final TF_Output feeds;
    private final int feedCount;
    private final TF_Output fetches;
    private final int fetchCount;
    private final @Nullable PointerPointer<TF_Operation> targets;
    private final int targetCount;
    private final int[] passed;
    private final List<Array.Dense> wrong;
    private volatile int built = -1;

    private Call(
        TF_Output feeds,
        int feedCount,
        TF_Output fetches,
        int fetchCount,
        @Nullable PointerPointer<TF_Operation> targets,
        int targetCount,
        int[] passed,
        List<Array.Dense> wrong) {
      this.feeds = feeds;
      this.feedCount = feedCount;
      this.fetches = fetches;
      this.fetchCount = fetchCount;
      this.targets = targets;
      this.targetCount = targetCount;
      this.passed = passed;
      this.wrong = wrong;
    }

    @Override
    public List<Array.Dense> run(List<Array.Dense> inputs) {
      if (inputs.size() != feedCount) {
        throw new IllegalArgumentException(
            inputs.size() + " arrays for " + feedCount + " tensors to feed");
      }
      if (fetchCount == 0 && targetCount == 0) {
        return withPassed(inputs, List.of());
      }
      limits.requireUsable();
      int version = extensions;
      List<Array.Dense> results;
      if (built != version && feedCount > 0) {
        limits.build(this::build);
        built = version;
      }
      if (built != version) {
        results = limits.buildAndRun(() -> runHere(inputs));
        built = version;
      } else if (limits.allowAnyTime()) {
        results = runHere(inputs);
      } else {
        results = limits.run(() -> runHere(inputs));
      }
      limits.inTime();
      return results;
    }

    /**
     * Makes TensorFlow optimise and build the graph of this call, which it does when it first runs
     * it: in a run with inputs of wrong types, which it refuses after that and before it starts.
     */
    private Call build() {
      try {
        runHere(wrong);
      } catch (ModuleException e) {
        if (!String.valueOf(e.getMessage()).contains(WRONG_TYPE)) {
          throw e;
        }
      }
      return this;
    }

    private List<Array.Dense> runHere(List<Array.Dense> inputs) {
      List<TF_Tensor> fed = new ArrayList<>(feedCount);
      use();
      TF_Status status = TF_NewStatus();
      try (PointerPointer<TF_Tensor> in = new PointerPointer<>(Math.max(1, feedCount));
          PointerPointer<TF_Tensor> out = new PointerPointer<>(Math.max(1, fetchCount))) {
        for (int i = 0; i < feedCount; i++) {
          TF_Tensor tensor = NativeTensors.allocate(inputs.get(i));
          fed.add(tensor);
          in.put(i, tensor);
        }
        run(in, out, status);
        return withPassed(inputs, read(out));
      } finally {
        fed.forEach(NativeTensors::delete);
        TF_DeleteStatus(status);
        release();
      }
    }

    private void run(
        PointerPointer<TF_Tensor> in, PointerPointer<TF_Tensor> out, TF_Status status) {
      long millis = limits.runMillis();
      TF_Buffer own = callOptions != null || millis == 0 ? null : runOptions(millis);
      long start = System.nanoTime();
      try {
        TF_SessionRun(
            session,
            own == null ? callOptions : own,
            feeds,
            in,
            feedCount,
            fetches,
            out,
            fetchCount,
            targets,
            targetCount,
            null,
            status);
      } finally {
        if (own != null) {
          TF_DeleteBuffer(own);
        }
      }
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      if (millis > 0 && took >= millis && NativeStatus.isLate(status)) {
        throw limits.tooLate();
      }
      NativeStatus.check(status, ModuleException.Kind.REFUSED);
    }

    /** What is both fed and fetched comes back as it went in: TensorFlow refuses to fetch it. */
    private List<Array.Dense> withPassed(List<Array.Dense> inputs, List<Array.Dense> computed) {
      List<Array.Dense> all = new ArrayList<>(passed.length);
      int next = 0;
      for (int feed : passed) {
        all.add(feed < 0 ? computed.get(next++) : inputs.get(feed));
      }
      return all;
    }

    private List<Array.Dense> read(PointerPointer<TF_Tensor> out) {
      List<TF_Tensor> tensors = new ArrayList<>(fetchCount);
      for (int i = 0; i < fetchCount; i++) {
        tensors.add(new TF_Tensor(out.get(i)));
      }
      try {
        List<Array.Dense> arrays = new ArrayList<>(fetchCount);
        for (TF_Tensor tensor : tensors) {
          arrays.add(NativeTensors.read(tensor));
        }
        return arrays;
      } finally {
        tensors.forEach(NativeTensors::delete);
      }
    }

    private void delete() {
      feeds.close();
      fetches.close();
      if (targets != null) {
        targets.close();
      }
    }
  }

  /** {@code node:index}; the index of a plain node name is 0. */
  record TensorName(String node, int index) {
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");

    /**
     * Takes a name apart.
     *
     * @throws ModuleException when what follows the colon is no index
     */
    static TensorName parse(String text) {
      int colon = text.lastIndexOf(':');
      if (colon < 0) {
        return new TensorName(text, 0);
      }
      String index = text.substring(colon + 1);
      if (!INDEX.matcher(index).matches()) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE, Flaw.name(text) + " is no name of a tensor");
      }
      return new TensorName(text.substring(0, colon), Integer.parseInt(index));
    }
  }
}
