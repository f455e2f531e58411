// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

/**
 * What an operation may touch. The operations of each class stand in {@link OpTable} and in
 * docs/ops.md.
 */
enum OpClass {
  /** Tensors to tensors, and nothing else. */
  COMPUTES("computes"),
  /** Variables, tables, arrays and random generators of its own session. */
  STATE("keeps state in its session"),
  /** Control flow, and calls of functions, whose operations are looked at themselves. */
  CALLS("calls functions"),
  /** Data sets made of tensors and of other data sets, in memory. */
  DATASET("makes data sets in memory"),
  /** Harmless with some arguments, and not with others. */
  CONDITIONAL("does harm with some arguments"),
  /** Belongs to a module's own saver and nowhere else. */
  CHECKPOINT("reads or writes checkpoints"),
  FILE("reads or writes files"),
  NETWORK("speaks to other machines"),
  PROCESS("ends or delays the process, or starts threads in it"),
  MEMORY("reaches memory or tensors that are not its own"),
  /** Machine code, Python, and programs or graphs that are held in a value. */
  FOREIGN_CODE("runs code that is not in the graph"),
  DISTRIBUTED("exchanges tensors with other devices or processes"),
  /** TPUs, and compilers for one kind of processor. */
  DEVICE("is made for special processors"),
  DEBUG("is made for debuggers and profilers"),
  /** Queues, barriers, locks: without the other side, they wait for ever. */
  WAITS("waits for something that another call does"),
  /** What TensorFlow itself puts into graphs, and no module does. */
  INTERNAL("is for TensorFlow's own use");

  private final String says;

  OpClass(String says) {
    this.says = says;
  }

  /** Whether a module from elsewhere may use these operations, with any arguments. */
  boolean letIn() {
    return compareTo(CONDITIONAL) < 0;
  }

  /** What these operations do, as a verb and its object, to follow "which". */
  String says() {
    return says;
  }
}
