// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Modules that are called in turn. Each link takes outputs of the links before it.
 *
 * <pre>{@code
 * ModuleChain.of(ModuleSpec.of(preprocessor), ModuleSpec.of(encoder))
 * ModuleChain.join("vector", List.of(
 *     ModuleChain.of(ModuleSpec.of(nnlm).withInput("title")),
 *     ModuleChain.of(ModuleSpec.of(nnlm).withInput("body"))))
 * }</pre>
 *
 * <p>An input of a link takes, in this order:
 *
 * <ul>
 *   <li>the column that its spec's {@link ModuleSpec.Mapping} names: the output of that name of the
 *       nearest link before, else the batch's column;
 *   <li>the output of the link before that has the input's name; where all inputs are parts of one
 *       dict ({@code inputs/input_mask}), also that of its name in the dict ({@code input_mask});
 *   <li>where that binds nothing and one input is left, the only output of the link before, or the
 *       one called {@code default};
 *   <li>the output of its name of a link further back;
 *   <li>the batch's column of its name.
 * </ul>
 *
 * <p>An output goes by the name of the column that the spec keeps it under.
 *
 * @param links in the order they are called
 * @param kept columns of links before the last that the chain gives, too
 */
public record ModuleChain(List<Link> links, List<String> kept) implements Serializable {

  public ModuleChain {
    links = List.copyOf(links);
    kept = List.copyOf(kept);
    if (links.isEmpty()) {
      throw new IllegalArgumentException("a chain needs at least one module");
    }
  }

  /** Calls these modules in turn. */
  public static ModuleChain of(ModuleSpec... specs) {
    return of(Arrays.asList(specs));
  }

  /** Calls these modules in turn. */
  public static ModuleChain of(List<ModuleSpec> specs) {
    return new ModuleChain(specs.stream().<Link>map(Call::new).toList(), List.of());
  }

  /**
   * Chains side by side over the same columns, whose vectors become one: joined along the last
   * dimension, in the order of the sides. Each side gives one output, or one called {@code
   * default}.
   *
   * @param column the column of the joined vector
   */
  public static ModuleChain join(String column, List<ModuleChain> sides) {
    return new ModuleChain(List.of(new Join(column, sides)), List.of());
  }

  /** Appends a module. */
  public ModuleChain then(ModuleSpec spec) {
    List<Link> more = new ArrayList<>(links);
    more.add(new Call(spec));
    return new ModuleChain(more, kept);
  }

  /**
   * This chain, with what a link before the last keeps under this column as a column of the result:
   * such as the mask of a preprocessor, for the pooling of what an encoder gives.
   */
  public ModuleChain keeping(String column) {
    List<String> more = new ArrayList<>(kept);
    more.add(column);
    return new ModuleChain(links, more);
  }

  /** The specs of all modules, in the order they are called. */
  public List<ModuleSpec> specs() {
    List<ModuleSpec> specs = new ArrayList<>();
    for (Link link : links) {
      if (link instanceof Call call) {
        specs.add(call.spec);
      } else {
        ((Join) link).sides.forEach(side -> specs.addAll(side.specs()));
      }
    }
    return specs;
  }

  /** The same, bound to the modules that the handles mean now. */
  ModuleChain pinned(ModuleLoader loader) {
    List<Link> pinned = new ArrayList<>();
    for (Link link : links) {
      pinned.add(
          link instanceof Join join
              ? new Join(join.column, join.sides.stream().map(side -> side.pinned(loader)).toList())
              : new Call(((Call) link).spec.pinned(loader)));
    }
    return new ModuleChain(pinned, kept);
  }

  /** The handles of all modules with commas between, as metrics and messages call the chain. */
  public String name() {
    return String.join(",", specs().stream().map(ModuleSpec::shown).toList());
  }

  /** One part of a chain. */
  public sealed interface Link extends Serializable {}

  /** A module that is called. */
  public record Call(ModuleSpec spec) implements Link {
    public Call {
      Objects.requireNonNull(spec, "spec");
    }
  }

  /**
   * Chains over the same columns, joined.
   *
   * @param column the column of the joined vector
   */
  public record Join(String column, List<ModuleChain> sides) implements Link {
    public Join {
      sides = List.copyOf(sides);
      if (column == null || column.isBlank()) {
        throw new IllegalArgumentException("the joined vector needs a column; it was empty");
      }
      if (sides.size() < 2) {
        throw new IllegalArgumentException(
            "at least two chains are joined into '" + column + "', not " + sides.size());
      }
    }
  }
}
