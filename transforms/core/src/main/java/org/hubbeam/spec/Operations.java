package org.hubbeam.spec;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** All that an expression can call, by name. */
final class Operations {

  /** Every operation. */
  static final Map<String, Operation> ALL = all();

  private final Map<String, Operation> found = new TreeMap<>();

  private Operations() {}

  private static Map<String, Operation> all() {
    Operations operations = new Operations();
    ElementwiseOps.register(operations);
    StringOps.register(operations);
    ShapeOps.register(operations);
    SparseOps.register(operations);
    AnalyzerOps.register(operations);
    ScalingOps.register(operations);
    BucketOps.register(operations);
    VocabularyOps.register(operations);
    TextOps.register(operations);
    HubOps.register(operations);
    return Collections.unmodifiableMap(operations.found);
  }

  /** Adds one; see {@link Operation#of}. */
  void add(String name, String signature, Operation.Body body) {
    if (found.put(name, Operation.of(name, signature, body)) != null) {
      throw new IllegalStateException("two operations have the name " + name);
    }
  }
}
