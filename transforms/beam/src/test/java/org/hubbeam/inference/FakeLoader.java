// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/**
 * A module without TensorFlow: one function {@code embed} from {@code text} to {@code vector}, the
 * length in bytes and the first byte of each text. The texts "poison" and "huge" are special.
 *
 * @param id its counters; tests that share none use different ones
 */
record FakeLoader(String id, Behaviour behaviour) implements ModuleLoader {
  private static final long serialVersionUID = 1;

  enum Behaviour {
    GOOD,
    /** Refuses any batch with a row "poison". */
    POISON,
    /** Leaves rows "poison" out. */
    DROPS_ROWS,
    /** Memory for 16 rows, and not for any batch with a row "huge". */
    OOM_ABOVE_16,
    /** Refuses everything. */
    BROKEN,
    /** Was called wrongly. */
    MISUSED,
    /** Gives NaN. */
    NAN
  }

  /** What happened to modules of one id in this JVM. */
  static final class Seen {
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger mostRows = new AtomicInteger();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
  }

  private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

  Seen seen() {
    return SEEN.computeIfAbsent(id, i -> new Seen());
  }

  ModuleSpec spec() {
    return ModuleSpec.of("fake:" + id);
  }

  @Override
  public LoadedModule load(ModuleSpec.Loading loading) {
    seen().loads.incrementAndGet();
    return new LoadedModule() {
      @Override
      public BatchFunction function(FunctionChoice choice) {
        if (choice.name() != null && !choice.name().equals("embed")) {
          throw new ModuleException(Kind.MISUSED, "no function " + choice + "; there is embed");
        }
        return FakeLoader.this.function();
      }

      @Override
      public long bytes() {
        return 100;
      }

      @Override
      public void close() {
        seen().closed.incrementAndGet();
      }
    };
  }

  FakeFunction function() {
    return new FakeFunction(
        "embed",
        List.of(new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE)),
        List.of(new ArraySpec("vector", DType.FLOAT32, Shape.of(-1, 2), Layout.DENSE)),
        this::counted);
  }

  private Batch counted(Batch rows) {
    Seen seen = seen();
    seen.calls.incrementAndGet();
    seen.mostRows.accumulateAndGet(rows.rows(), Math::max);
    seen.mostAtOnce.accumulateAndGet(seen.atOnce.incrementAndGet(), Math::max);
    try {
      return call(rows);
    } finally {
      seen.atOnce.decrementAndGet();
    }
  }

  private Batch call(Batch rows) {
    Values.Strings texts = (Values.Strings) rows.column("text").values();
    List<float[]> vectors = new ArrayList<>();
    boolean huge = false;
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.length(i) > 8 ? "" : texts.text(i);
      huge |= text.equals("huge");
      if (text.equals("poison") && behaviour == Behaviour.POISON) {
        throw new ModuleException(Kind.REFUSED, "a text of the batch is poison");
      }
      if (!(text.equals("poison") && behaviour == Behaviour.DROPS_ROWS)) {
        vectors.add(vector(texts, i));
      }
    }
    switch (behaviour) {
      case OOM_ABOVE_16 -> {
        if (huge || rows.rows() > 16) {
          throw new ModuleException(Kind.RESOURCE_EXHAUSTED, "out of memory");
        }
      }
      case BROKEN -> throw new ModuleException(Kind.REFUSED, "nothing is good enough");
      case MISUSED -> throw new ModuleException(Kind.MISUSED, "wants an image");
      default -> {}
    }
    float[] flat = new float[2 * vectors.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = behaviour == Behaviour.NAN ? Float.NaN : vectors.get(i / 2)[i % 2];
    }
    return Batch.of(
        Map.of("vector", new Array.Dense(List.of((long) vectors.size(), 2L), Values.of(flat))));
  }

  private static float[] vector(Values.Strings texts, int row) {
    return new float[] {
      texts.length(row), texts.length(row) == 0 ? 0 : texts.bytes()[texts.offsets()[row]]
    };
  }

  /** What a good module gives for a text. */
  static float[] vector(String text) {
    return vector(Values.of(text), 0);
  }
}
