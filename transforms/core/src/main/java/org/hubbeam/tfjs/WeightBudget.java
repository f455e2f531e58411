// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.TensorProtos;
import org.hubbeam.tfjs.Quantization.Rule;
import org.hubbeam.tfjs.Quantization.Storage;
import org.tensorflow.proto.NodeDef;

/**
 * Chooses for each weight what it is stored as, so that all weights together fit a number of bytes:
 * those first that change the outputs least for each byte that they save. Each change is measured
 * alone, on rows that the caller gives; weights within loops, and small ones, stay floats.
 */
public final class WeightBudget {

  /** Weights with fewer values are left alone: there is nothing to save. */
  private static final int SMALL = 64;

  private final GraphModel model;
  private final GraphModelSession session;
  private final Map<String, Array.Dense> rows;
  private final Map<String, Array.Dense> wanted;

  /** A smaller storage of a weight, and what the outputs then differ by. */
  private record Step(String weight, Storage storage, long saved, double difference) {
    double cost() {
      return difference / saved;
    }
  }

  private WeightBudget(GraphModel model, GraphModelSession session, Map<String, Array.Dense> rows) {
    this.model = model;
    this.session = session;
    this.rows = rows;
    this.wanted = session.run(rows);
  }

  /**
   * Chooses.
   *
   * @param bytes what all shards may have together
   * @param rows inputs by the names of the signature
   * @throws ConversionException when it cannot be met; says how many bytes are the least
   */
  public static Quantization choose(GraphModel model, long bytes, Map<String, Array.Dense> rows) {
    try (GraphModelSession session = GraphModelSession.open(model)) {
      return new WeightBudget(model, session, rows).chosen(bytes);
    }
  }

  private Quantization chosen(long budget) {
    Map<String, Array.Dense> weights = weights();
    long total = Weights.bytes(model);
    long least = total;
    for (Array.Dense weight : weights.values()) {
      least -= 3L * weight.values().size();
    }
    if (least > budget) {
      throw new ConversionException(
          "the weights take " + least + " bytes at least, which is more than " + budget);
    }
    List<Step> steps = new ArrayList<>();
    if (total > budget) {
      weights.forEach((name, weight) -> steps.addAll(steps(name, weight)));
    }
    steps.sort(Comparator.comparingDouble(Step::cost).thenComparing(Step::weight));
    Map<String, Step> taken = new LinkedHashMap<>();
    for (Step step : steps) {
      Step before = taken.get(step.weight());
      long more = step.saved() - (before == null ? 0 : before.saved());
      if (total > budget && more > 0) {
        taken.put(step.weight(), step);
        total -= more;
      }
    }
    return new Quantization(
        taken.values().stream()
            .map(s -> new Rule(s.storage(), s.weight().replace("[", "[[]")))
            .toList());
  }

  private Map<String, Array.Dense> weights() {
    Map<String, Array.Dense> weights = new LinkedHashMap<>();
    for (NodeDef node : model.graph().getNodeList()) {
      if (node.getOp().equals("Const")) {
        Array.Dense value = TensorProtos.decode(node.getAttrOrThrow("value").getTensor());
        if (value.dtype() == DType.FLOAT32 && value.values().size() >= SMALL) {
          weights.put(node.getName(), value);
        }
      }
    }
    return weights;
  }

  /** The better one of 16 bits, and 8 bits. */
  private List<Step> steps(String name, Array.Dense weight) {
    Step half = step(name, weight, Storage.FLOAT16);
    Step wide = step(name, weight, Storage.UINT16);
    return List.of(
        half.difference() <= wide.difference() ? half : wide, step(name, weight, Storage.UINT8));
  }

  private Step step(String name, Array.Dense weight, Storage storage) {
    long saved = (long) weight.values().size() * (storage == Storage.UINT8 ? 3 : 2);
    Map<String, Array.Dense> other =
        session.run(rows, Map.of(name + ":0", restored(name, weight, storage)));
    return new Step(name, storage, saved, GraphModelComparison.of(wanted, other).difference());
  }

  private Array.Dense restored(String name, Array.Dense weight, Storage storage) {
    float[] values = ((Values.Numbers) weight.values()).toFloats();
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    byte[] bytes = new Quantization(List.of(new Rule(storage, "*"))).encode(name, values, entry);
    Values floats =
        StoredWeights.values(
            storage.toString(),
            values.length,
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
            entry.get("quantization"));
    return new Array.Dense(weight.dims(), floats);
  }
}
