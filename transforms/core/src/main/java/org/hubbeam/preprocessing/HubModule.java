// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Secrets;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * A function of a module that {@link HubModules} calls.
 *
 * <pre>{@code
 * HubModule.of("google/nnlm/tensorFlow2/en-dim128/1").withFunction(FunctionChoice.of("__call__"))
 * }</pre>
 *
 * @param handle a folder, an archive, a URL, a Kaggle handle or a {@code gs:} path; a relative path
 *     is resolved against the working directory
 * @param function the function, with its Python arguments
 * @param output the name of the output; empty for the only one, or the one named {@code default}
 * @param options the tags of the module and the operations it may use; whether it is trusted
 *     depends on its handle
 * @param hub how the handle is resolved
 */
public record HubModule(
    String handle, FunctionChoice function, String output, ModuleOptions options, HubOptions hub) {

  public HubModule {
    if (handle == null || handle.isBlank()) {
      throw new IllegalArgumentException("a module needs a handle; it was empty");
    }
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(hub, "hub");
    if (!options.opLibraries().isEmpty()) {
      throw new IllegalArgumentException(
          "a preprocessing function can only have operations of TensorFlow itself, not those of "
              + options.opLibraries());
    }
  }

  /** The function of a module that {@link FunctionChoice#ANY} stands for. */
  public static HubModule of(String handle) {
    return new HubModule(handle, FunctionChoice.ANY, "", ModuleOptions.DEFAULT, HubOptions.DEFAULT);
  }

  /** The same module with another function. */
  public HubModule withFunction(FunctionChoice value) {
    return new HubModule(handle, value, output, options, hub);
  }

  /** The same function with a Python argument or scalar input that is the same for all rows. */
  public HubModule withArgument(String name, @Nullable Object value) {
    return withFunction(function.with(name, value));
  }

  /** The same function with another output. */
  public HubModule withOutput(String key) {
    return new HubModule(handle, function, key, options, hub);
  }

  /** The same module with another tag set; TF1 Hub modules have an empty one. */
  public HubModule withTags(Set<String> tags) {
    return new HubModule(handle, function, output, options.withTags(tags), hub);
  }

  /** The same module with additional allowed operations, which may do more than compute tensors. */
  public HubModule withAllowOps(Set<String> ops) {
    return new HubModule(handle, function, output, options.withAllowOps(ops), hub);
  }

  /** The same module with other options for resolving its handle. */
  public HubModule withHub(HubOptions value) {
    return new HubModule(handle, function, output, options, value);
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return "HubModule["
        + String.join(", ", Secrets.masked(handle), function.toString(), output)
        + "]";
  }
}
