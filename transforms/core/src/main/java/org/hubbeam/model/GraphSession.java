// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;

/** A graph that belongs to no module, and its session. One thread at a time. */
@Internal
public final class GraphSession implements AutoCloseable {

  private final NativeSession session;

  private GraphSession(NativeSession session) {
    this.session = session;
  }

  /**
   * Opens a graph; its nodes are run as they are, not rewritten first.
   *
   * @throws ModuleException when TensorFlow refuses the graph
   */
  public static GraphSession open(GraphDef graph) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(1)
            .setGraphOptions(
                GraphOptions.newBuilder()
                    .setOptimizerOptions(
                        OptimizerOptions.newBuilder().setOptLevel(OptimizerOptions.Level.L0))
                    .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)))
            .build();
    NativeSession session = new NativeSession(config);
    try {
      session.extend(graph);
      return new GraphSession(session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Runs a part of the graph.
   *
   * @param feeds arrays by tensors ({@code node:0})
   * @param fetches tensors whose values are wanted
   * @param targets nodes that are run
   */
  public List<Array.Dense> run(
      Map<String, Array.Dense> feeds, List<String> fetches, List<String> targets) {
    List<Array.Dense> arrays = new ArrayList<>(feeds.values());
    return session.call(List.copyOf(feeds.keySet()), fetches, targets).run(arrays);
  }

  @Override
  public void close() {
    session.close();
  }
}
