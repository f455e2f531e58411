// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** What a collection of a pipeline in this process had, to be looked at after the run. */
public final class Collected<T> {

  private static final Map<String, ConcurrentLinkedQueue<Object>> ALL = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();

  /** To be looked at after the run. */
  public static <T> Collected<T> of(PCollection<T> collection) {
    Collected<T> collected = new Collected<>();
    ALL.put(collected.name, new ConcurrentLinkedQueue<>());
    collection.apply("Collect " + collected.name, ParDo.of(new CollectFn<>(collected.name)));
    return collected;
  }

  /** The elements, in any order. */
  @SuppressWarnings("unchecked")
  public List<T> elements() {
    List<T> elements = new ArrayList<>();
    ALL.get(name).forEach(element -> elements.add((T) element));
    return elements;
  }

  private static final class CollectFn<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1;
    private final String name;

    CollectFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element T element) {
      ALL.get(name).add(element);
    }
  }
}
