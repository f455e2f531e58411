// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;

/**
 * A function of a copied module. It can be polymorphic: which of its graphs is called depends on
 * the chosen Python arguments and on the inputs.
 */
public final class GraftedFunction {

  private static final String TRAINING = "training";

  private final GraftSource source;
  private final Member member;
  private final FunctionChoice choice;
  private final TraceChooser.Given given;
  private final TraceChooser chooser;

  GraftedFunction(GraftSource source, Member member, FunctionChoice choice) {
    this(source, member, choice, TraceChooser.Given.NOTHING);
  }

  private GraftedFunction(
      GraftSource source, Member member, FunctionChoice choice, TraceChooser.Given given) {
    this.source = source;
    this.member = member;
    this.choice = choice;
    this.given = given;
    this.chooser = new TraceChooser(member, choice, given);
    chooser.first();
  }

  /** This function with some inputs the same in every call, and others given in each. */
  @Internal
  public GraftedFunction given(Map<String, Array> constants, Set<String> inputs) {
    return new GraftedFunction(source, member, choice, new TraceChooser.Given(constants, inputs));
  }

  /** The same function with {@code training=true}, where there is such a graph. */
  Optional<GraftedFunction> inTraining() {
    if (choice.arguments().containsKey(TRAINING)) {
      return Optional.empty();
    }
    FunctionChoice training = choice.with(TRAINING, true);
    return new TraceChooser(member, training, given).candidates().isEmpty()
        ? Optional.empty()
        : Optional.of(new GraftedFunction(source, member, training, given));
  }

  boolean isSignature() {
    return member.kind() == ModuleInfo.Callable.Kind.SIGNATURE;
  }

  /** Whether another takes and gives the same, under the same names where it is several. */
  boolean isLike(GraftedFunction other) {
    return alike(inputs(), other.inputs()) && alike(outputs(), other.outputs());
  }

  private static boolean alike(List<ArraySpec> some, List<ArraySpec> others) {
    if (some.size() == 1 && others.size() == 1) {
      return some.get(0).named(others.get(0).name()).equals(others.get(0));
    }
    return Set.copyOf(some).equals(Set.copyOf(others));
  }

  /** The graphs that could be called, those first that would be. */
  List<Trace> candidates() {
    return chooser.candidates();
  }

  /** The name with its Python arguments. */
  public FunctionChoice choice() {
    return new FunctionChoice(member.name(), choice.arguments());
  }

  /**
   * The inputs of the first graph with the chosen Python arguments, without those that have a
   * chosen argument or a default.
   */
  public List<ArraySpec> inputs() {
    return chooser.first().inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
  }

  /** The outputs of that graph. */
  public List<ArraySpec> outputs() {
    return chooser.first().outputSpecs();
  }

  /**
   * The graph that takes arrays of which this is known.
   *
   * @param given by the names of the inputs; shapes must not contradict
   * @throws ModuleException when there is none, naming what is taken and what was given
   */
  @Internal
  public GraftedCall on(List<ArraySpec> given) {
    Map<String, ArraySpec> byName = new LinkedHashMap<>();
    given.forEach(s -> byName.put(s.name(), s));
    return new GraftedCall(source, member, chooser, chooser.chooseBySpecs(byName));
  }
}
