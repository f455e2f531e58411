// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.tensorflow.proto.NodeDef;

/** How many operations of a graph or function wait for each other, one after the other. */
final class NodeDepth {

  private NodeDepth() {}

  /**
   * The length of the longest chain, along data and control. Loops count once.
   *
   * @param nodes which can run in some order, loops aside
   * @param length how many operations in a row a node stands for
   */
  static long of(List<NodeDef> nodes, ToLongFunction<NodeDef> length) {
    Map<String, Integer> numbers = new HashMap<>(nodes.size() * 2);
    nodes.forEach(n -> numbers.put(n.getName(), numbers.size()));
    int[] waiting = new int[nodes.size()];
    List<List<Integer>> followers = new ArrayList<>(nodes.size());
    nodes.forEach(n -> followers.add(new ArrayList<>(2)));
    ArrayDeque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < waiting.length; i++) {
      for (String input : nodes.get(i).getInputList()) {
        Integer producer = numbers.get(producer(input));
        if (producer != null && !NodeCheck.isBackEdge(nodes.get(producer), nodes.get(i))) {
          followers.get(producer).add(i);
          waiting[i]++;
        }
      }
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    long[] before = new long[nodes.size()];
    long longest = 0;
    while (!ready.isEmpty()) {
      int at = ready.remove();
      long depth = before[at] + length.applyAsLong(nodes.get(at));
      longest = Math.max(longest, depth);
      for (int follower : followers.get(at)) {
        before[follower] = Math.max(before[follower], depth);
        if (--waiting[follower] == 0) {
          ready.add(follower);
        }
      }
    }
    return longest;
  }

  private static String producer(String input) {
    return DataFlow.producer(input.startsWith("^") ? input.substring(1) : input);
  }
}
