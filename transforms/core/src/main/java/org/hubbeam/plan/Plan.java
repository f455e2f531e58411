package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What must be computed over the whole data, and in which order: each phase needs a pass over the
 * data and the results of the phases before it.
 *
 * @param trace the preprocessing function
 * @param phases from the first to the last; none where there is no analyzer
 */
public record Plan(TracedFunction trace, List<Phase> phases) implements Serializable {
  public Plan {
    phases = List.copyOf(phases);
  }

  /** The plan to be read by people: each phase, and what it computes of what. */
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
