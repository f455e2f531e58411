// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;

/**
 * A store in memory that misbehaves as told: ids that begin with {@code bad} make it refuse their
 * whole batch, those with {@code no} are refused alone, and {@code slow} ones at their first try.
 */
record StubSink(String name, WriteLimits limits, int busyOpens, int busyWrites)
    implements VectorSink {

  /** What a store has and was asked. */
  static final class Content {
    final Map<String, float[]> rows = new ConcurrentSkipListMap<>();
    final List<Integer> writes = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger finished = new AtomicInteger();
    private final Map<String, Boolean> slow = new ConcurrentHashMap<>();
    private final AtomicInteger tried = new AtomicInteger();
  }

  private static final Map<String, Content> STORES = new ConcurrentHashMap<>();

  StubSink(String name) {
    this(name, WriteLimits.DEFAULT, 0, 0);
  }

  Content content() {
    return STORES.computeIfAbsent(name, key -> new Content());
  }

  @Override
  public String describe() {
    return "stub " + name;
  }

  @Override
  public Writer open(VectorSchema schema) throws IOException {
    Content content = content();
    if (content.opened.incrementAndGet() <= busyOpens) {
      throw new StoreBusyException("not up yet", Duration.ZERO);
    }
    return new Writer() {
      @Override
      public WriteOutcome write(Batch rows) throws IOException {
        content.writes.add(rows.rows());
        if (content.tried.incrementAndGet() <= busyWrites) {
          throw new StoreBusyException("429", Duration.ofSeconds(7));
        }
        Values.Strings ids = (Values.Strings) rows.column(schema.id().name()).values();
        Array.Dense vectors = (Array.Dense) rows.column(schema.vector().name());
        for (int row = 0; row < rows.rows(); row++) {
          if (ids.text(row).startsWith("bad")) {
            throw new BatchRefusedException("a row is bad");
          }
        }
        Map<Integer, String> refused = new TreeMap<>();
        Map<Integer, String> again = new TreeMap<>();
        for (int row = 0; row < rows.rows(); row++) {
          String id = ids.text(row);
          if (id.startsWith("no")) {
            refused.put(row, "never");
          } else if (id.startsWith("slow") && content.slow.putIfAbsent(id, true) == null) {
            again.put(row, "later");
          } else {
            Array.Dense one = vectors.slice(row, row + 1);
            content.rows.put(id, ((Values.Numbers) one.values()).toFloats());
          }
        }
        return new WriteOutcome(refused, again);
      }

      @Override
      public void close() {
        content.closed.incrementAndGet();
      }
    };
  }

  @Override
  public void finish(VectorSchema schema) {
    content().finished.incrementAndGet();
  }
}
