// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hubbeam.gradients.ModuleVariable;
import org.hubbeam.gradients.Obstacle;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.model.ModuleWriter.Learning;

/**
 * Which variables of a module are trained: those whose names match, of all that can be.
 *
 * @param patterns names as {@code inspect} shows them, {@code .} and {@code /} being the same;
 *     {@code *} stands for any characters. Where a pattern matches variables that the module wants
 *     trained and others, such as moving averages, only those are meant. None for all variables
 *     that the module wants trained
 */
public record VariablePatterns(List<String> patterns) implements Serializable {

  /** All variables that the module wants trained. */
  public static final VariablePatterns ALL = new VariablePatterns(List.of());

  public VariablePatterns {
    patterns = List.copyOf(patterns);
    for (String pattern : patterns) {
      if (pattern.isBlank()) {
        throw new IllegalArgumentException("a pattern of variables must not be empty");
      }
    }
  }

  /**
   * The variables that match.
   *
   * @throws TrainingException when none can be trained, or one of the patterns matches none that
   *     can; the message has the names
   */
  public List<ModuleVariable> of(TrainableFunction function) {
    List<ModuleVariable> all = function.variables();
    Set<ModuleVariable> wanted = new LinkedHashSet<>();
    if (patterns.isEmpty()) {
      all.stream().filter(ModuleVariable::trainable).forEach(wanted::add);
    }
    for (String pattern : patterns) {
      wanted.addAll(matching(pattern, all));
    }
    if (wanted.isEmpty()) {
      throw new TrainingException(none(all));
    }
    return List.copyOf(wanted);
  }

  private static List<ModuleVariable> matching(String pattern, List<ModuleVariable> all) {
    List<ModuleVariable> named = all.stream().filter(v -> matches(pattern, v.path())).toList();
    if (named.isEmpty()) {
      throw new TrainingException(
          "--trainable='%s' matches no variable of the function; it has %s"
              .formatted(pattern, all.isEmpty() ? "none" : names(all)));
    }
    List<ModuleVariable> meant =
        named.stream().filter(v -> v.learning() == Learning.TRAINABLE).toList();
    List<ModuleVariable> used =
        (meant.isEmpty() ? named : meant)
            .stream().filter(v -> v.use() != ModuleVariable.Use.NONE).toList();
    for (ModuleVariable variable : used) {
      Obstacle obstacle = variable.obstacle();
      if (obstacle != null) {
        throw new TrainingException(
            "the variable '%s' cannot be trained: %s".formatted(variable.path(), obstacle));
      }
    }
    if (used.isEmpty()) {
      throw new TrainingException(
          "no output of the function can be differentiated by %s, which --trainable='%s' names"
              .formatted(names(named), pattern));
    }
    return used;
  }

  private static String none(List<ModuleVariable> all) {
    for (ModuleVariable variable : all) {
      Obstacle obstacle = variable.obstacle();
      if (obstacle != null) {
        return "no variable of the module can be trained: " + obstacle;
      }
    }
    return all.isEmpty()
        ? "the function has no variables: leave out --trainable"
        : "the module has no trainable variables: leave out --trainable, or name some of "
            + names(all);
  }

  private static String names(List<ModuleVariable> variables) {
    return variables.stream().map(ModuleVariable::path).collect(Collectors.joining(", "));
  }

  private static boolean matches(String pattern, String path) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.replace('/', '.').toCharArray()) {
      regex.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
    }
    return path.replace('/', '.').matches(regex.toString());
  }
}
