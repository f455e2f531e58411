// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.Array;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GPUOptions;

/** What programs of both formats do alike with their session. */
abstract class SessionProgram implements Program {

  final ModuleDefinition definition;
  final NativeSession session;

  SessionProgram(ModuleDefinition definition, ConfigProto config, TimeLimits limits) {
    this.definition = definition;
    this.session = new NativeSession(config, limits);
  }

  /** Loads a module into this process. */
  static Program load(ModuleDefinition definition, ModuleOptions options) {
    ConfigProto config = config(options.devices());
    TimeLimits limits = new TimeLimits(options.timeouts());
    return definition.callsObjects()
        ? new ObjectProgram(definition, config, limits)
        : new GraphProgram(definition, config, limits);
  }

  static ConfigProto config(ModuleOptions.Devices devices) {
    GPUOptions.Builder gpu = GPUOptions.newBuilder();
    if (devices.gpu().memoryFraction() == null) {
      gpu.setAllowGrowth(true);
    } else {
      gpu.setPerProcessGpuMemoryFraction(devices.gpu().memoryFraction());
    }
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(devices.intraOp())
        .setInterOpParallelismThreads(devices.interOp())
        .setUsePerSessionThreads(devices.interOp() > 0 || devices.intraOp() > 0)
        .setAllowSoftPlacement(true)
        .setGpuOptions(gpu)
        .build();
  }

  /** The value of a tensor that needs no inputs. */
  final Array fetched(String tensor) {
    return session.call(List.of(), List.of(tensor), List.of()).run(List.of()).get(0);
  }

  /**
   * The present value of a resource variable.
   *
   * @param node the name of the node that reads it, added with the first call
   * @param handle the tensor of the resource
   */
  final Array read(String node, String handle, DataType dtype) {
    synchronized (this) {
      if (!session.has(node)) {
        GraphNodes nodes = new GraphNodes();
        nodes.read(node, List.of(handle), dtype);
        session.extend(nodes.graph().build());
      }
    }
    return fetched(node + ":0");
  }

  @Override
  public void close() {
    session.close();
  }
}
