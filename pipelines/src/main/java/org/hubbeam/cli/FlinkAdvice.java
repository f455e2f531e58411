// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.List;

/**
 * How a Flink cluster is configured for a module. TensorFlow's memory lies outside the Java heap,
 * where Flink only reserves what it is told to.
 *
 * @param moduleBytes the size of the module's files
 * @param slots of a task manager
 */
record FlinkAdvice(long moduleBytes, int slots) {

  /** What stands for a module that is not named. */
  static final long SMALL_MODULE = 256L << 20;

  /** What access to the JDK Flink and TensorFlow need. */
  static final List<String> FLAGS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "-Dorg.bytedeco.javacpp.nopointergc=true");

  private static final long MIB = 1L << 20;
  private static final long STEP = 128 * MIB;

  /** TensorFlow's libraries, and its pools of threads and memory. */
  private static final long RUNTIME = 512 * MIB;

  /** Inputs, results in between and outputs of the calls of a task. */
  private static final long CALLS = 256 * MIB;

  FlinkAdvice {
    if (moduleBytes < 0 || slots < 1) {
      throw new IllegalArgumentException("a module of " + moduleBytes + " bytes, slots " + slots);
    }
  }

  /**
   * Memory outside the heap: the module twice, since it is read and then copied into its variables,
   * and the same beside it while the next job has begun.
   */
  long offHeap() {
    return rounded(RUNTIME + 2 * moduleBytes + CALLS * slots);
  }

  /** Heap for batches. */
  long heap() {
    return rounded((256 + 256L * slots) * MIB);
  }

  /** For the exchanges between tasks: dozens, most of which carry little. */
  long network() {
    return rounded((64 + 32L * slots) * MIB);
  }

  /** For the classes of as many jobs as there are slots, and of one that has ended. */
  long metaspace() {
    return rounded((128 + 64L * (slots + 1)) * MIB);
  }

  /** The lines for Flink's configuration. */
  List<String> lines() {
    return List.of(
        "# For task managers of "
            + Formatting.of(slots, "slot")
            + ", and modules of "
            + Formatting.bytes(moduleBytes)
            + ".",
        "# Remove taskmanager.memory.process.size and flink.size: these add up to it.",
        "taskmanager.numberOfTaskSlots: " + slots,
        "taskmanager.memory.task.heap.size: " + text(heap()),
        "taskmanager.memory.task.off-heap.size: " + text(offHeap()),
        "taskmanager.memory.managed.size: " + text(64 * MIB * slots),
        "taskmanager.memory.network.min: " + text(network()),
        "taskmanager.memory.network.max: " + text(network()),
        "taskmanager.memory.jvm-metaspace.size: " + text(metaspace()),
        "taskmanager.network.sort-shuffle.min-buffers: 16",
        "env.java.opts.taskmanager: " + String.join(" ", FLAGS));
  }

  private static long rounded(long bytes) {
    return (bytes + STEP - 1) / STEP * STEP;
  }

  /** As Flink writes sizes: {@code 768m}. */
  static String text(long bytes) {
    return bytes / MIB + "m";
  }
}
