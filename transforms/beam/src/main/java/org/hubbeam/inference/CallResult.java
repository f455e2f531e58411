// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Secrets;

/** The result of {@link RunModule} and {@link HubChain}: batches with outputs, and failed rows. */
public final class CallResult extends ResultWithFailures<Batch> {
  private final Called called;

  CallResult(PCollection<Batch> batches, PCollection<Failure> failures, Called called) {
    super(batches, failures);
    this.called = called;
  }

  /** The function that is called. */
  public Called called() {
    return called;
  }

  /** The columns that stay, with the outputs. */
  public PCollection<Batch> batches() {
    return output();
  }

  /**
   * What is called.
   *
   * @param links the calls in their order; one where there is no chain
   * @param outputs the outputs of the last links by the columns that keep them, in their order
   * @param composition how they are executed; {@code AUTO} where workers look at the modules
   */
  public record Called(List<Link> links, Map<String, String> outputs, Composition composition) {
    public Called {
      links = List.copyOf(links);
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /** What specs tell without a look at the modules. */
    static Called unseen(List<ModuleSpec> specs, Composition composition) {
      Map<String, String> outputs = specs.get(specs.size() - 1).mapping().outputs();
      return new Called(
          specs.stream().map(s -> Link.of(s.function().toString(), s)).toList(),
          MappedFunction.byColumn(outputs),
          composition);
    }
  }

  /**
   * One call.
   *
   * @param handle of the module, without what may be secret, such as a signature
   * @param function with its Python arguments; as the spec says it where workers look at the module
   * @param constants inputs that are the same in every call
   */
  public record Link(String handle, String function, Map<String, Array> constants) {
    public Link {
      handle = Secrets.masked(handle);
      constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    }

    static Link of(String function, ModuleSpec spec) {
      return new Link(spec.handle(), function, spec.mapping().constants());
    }
  }
}
