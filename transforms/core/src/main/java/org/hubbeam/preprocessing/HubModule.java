package org.hubbeam.preprocessing;

import java.util.Objects;
import java.util.Set;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * Which function of which module {@link HubModules} calls.
 *
 * <pre>{@code
 * HubModule.of("google/nnlm/tensorFlow2/en-dim128/1").withFunction(FunctionChoice.of("__call__"))
 * }</pre>
 *
 * @param handle a folder, an archive, a URL, a Kaggle handle, a {@code gs:} path; relative paths
 *     are those of the working directory
 * @param function the function, with python arguments fixed
 * @param output the output that is kept; empty for the only one, or the one called {@code default}
 * @param options the tags of the module, and what it may do; whether it is trusted is found from
 *     its handle
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

  /** The only usable function of a module. */
  public static HubModule of(String handle) {
    return new HubModule(handle, FunctionChoice.ANY, "", ModuleOptions.DEFAULT, HubOptions.DEFAULT);
  }

  /** With another function. */
  public HubModule withFunction(FunctionChoice value) {
    return new HubModule(handle, value, output, options, hub);
  }

  /** With a function's python argument, or scalar input, that is the same for all rows. */
  public HubModule withArgument(String name, @Nullable Object value) {
    return withFunction(function.with(name, value));
  }

  /** With this output kept, where the function gives several. */
  public HubModule withOutput(String key) {
    return new HubModule(handle, function, key, options, hub);
  }

  /** With another tag set; an empty one is that of TF1 Hub modules. */
  public HubModule withTags(Set<String> tags) {
    return new HubModule(handle, function, output, options.withTags(tags), hub);
  }

  /** With operations that the module may have although they touch more than tensors. */
  public HubModule withAllowOps(Set<String> ops) {
    return new HubModule(handle, function, output, options.withAllowOps(ops), hub);
  }

  /** With another way to resolve the handle. */
  public HubModule withHub(HubOptions value) {
    return new HubModule(handle, function, output, options, value);
  }
}
