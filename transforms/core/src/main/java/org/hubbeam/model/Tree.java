// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.hubbeam.batch.PythonText;

/**
 * The nested structure of values: of names with {@code /}, what they stand for; or one dict whose
 * keys are names as they are. Leaves come in the order in which TensorFlow flattens: dict keys
 * sorted, lists by number.
 */
final class Tree {

  private enum Kind {
    LEAF,
    DICT,
    /** A list where the parts are numbers from 0 on, else a dict. */
    GROUP
  }

  private final Kind kind;
  private final String path;
  private final Map<String, Tree> children;

  private Tree(Kind kind, String path, Map<String, Tree> children) {
    this.kind = kind;
    this.path = path;
    this.children = children;
  }

  /**
   * One dict.
   *
   * @param prefix what the names of its values have before their keys
   * @throws IllegalArgumentException when a name is there twice
   */
  static Tree dict(String prefix, List<String> names) {
    Map<String, Tree> children = new LinkedHashMap<>();
    for (String name : names) {
      Tree leaf = new Tree(Kind.LEAF, name, Map.of());
      if (children.put(name.substring(prefix.length()), leaf) != null) {
        throw new IllegalArgumentException("the name '" + name + "' is there twice in " + names);
      }
    }
    return new Tree(Kind.DICT, "", children);
  }

  /**
   * The structure of these names.
   *
   * @throws IllegalArgumentException when a name is empty, there twice, or both a value and a group
   */
  static Tree of(List<String> paths) {
    return of(paths, "/");
  }

  /** The structure of names whose parts are separated so. */
  static Tree of(List<String> paths, String separator) {
    Tree root = new Tree(Kind.GROUP, "", new LinkedHashMap<>());
    for (String path : paths) {
      Tree at = root;
      String[] parts = path.split(Pattern.quote(separator), -1);
      for (int i = 0; i < parts.length; i++) {
        if (parts[i].isEmpty()) {
          throw new IllegalArgumentException("the name '" + path + "' has an empty part");
        }
        boolean last = i + 1 == parts.length;
        String here = at.path.isEmpty() ? parts[i] : at.path + separator + parts[i];
        Tree next = at.children.get(parts[i]);
        if (next != null && (last || next.isLeaf())) {
          throw new IllegalArgumentException(
              "the name '"
                  + here
                  + "' is there twice, or for both a value and a group of values, in "
                  + paths);
        }
        if (next == null) {
          next =
              last
                  ? new Tree(Kind.LEAF, here, Map.of())
                  : new Tree(Kind.GROUP, here, new LinkedHashMap<>());
          at.children.put(parts[i], next);
        }
        at = next;
      }
    }
    return root;
  }

  /** The whole name. */
  String path() {
    return path;
  }

  /** Whether this is a value and no group. */
  boolean isLeaf() {
    return kind == Kind.LEAF;
  }

  /** Whether the parts are numbers from 0 on. */
  boolean isList() {
    if (kind == Kind.DICT) {
      return false;
    }
    for (int i = 0; i < children.size(); i++) {
      if (!children.containsKey(Integer.toString(i))) {
        return false;
      }
    }
    return !children.isEmpty();
  }

  /** The parts by name, in TensorFlow's order. */
  Map<String, Tree> children() {
    if (!isList()) {
      Map<String, Tree> sorted = new TreeMap<>(PythonText.ORDER);
      sorted.putAll(children);
      return sorted;
    }
    Map<String, Tree> ordered = new LinkedHashMap<>();
    for (int i = 0; i < children.size(); i++) {
      ordered.put(Integer.toString(i), children.get(Integer.toString(i)));
    }
    return ordered;
  }

  /** The whole names of the values, in TensorFlow's order. */
  List<String> leaves() {
    if (isLeaf()) {
      return List.of(path);
    }
    List<String> leaves = new ArrayList<>();
    children().values().forEach(c -> leaves.addAll(c.leaves()));
    return leaves;
  }
}
