// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The phases of an analysis. Each phase is one pass over the data, and needs the results of the
 * phases before it.
 *
 * @param trace the preprocessing function
 * @param phases the phases in order; empty if there are no analyzers
 */
public record Plan(TracedFunction trace, List<Phase> phases) implements Serializable {
  public Plan {
    phases = List.copyOf(phases);
  }

  /** A readable description: for each phase, what is computed and from which inputs. */
  public String explain() {
    if (phases.isEmpty()) {
      return "no analysis\n" + outputs();
    }
    return phases.stream().map(Phase::explain).collect(Collectors.joining()) + outputs();
  }

  private String outputs() {
    return "outputs\n"
        + trace.outputs().stream()
            .map(o -> "  " + o.array().spec() + "\n")
            .collect(Collectors.joining());
  }
}
