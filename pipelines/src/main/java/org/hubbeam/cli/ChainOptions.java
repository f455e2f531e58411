// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select modules, to be called one after the other, and their functions. */
@Section(Section.Heading.MODULE)
final class ChainOptions {

  @Mixin private HandleOptions handles;
  @Mixin private LoadingOptions loading;

  @Option(
      names = "--module",
      required = true,
      split = ",",
      paramLabel = "HANDLE",
      description = "the module; several are called one after the other")
  private List<String> modules = new ArrayList<>();

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description =
          "a signature or a member of the module; for several modules, repeat --function and"
              + " --arguments once for each (default: the only one, else default, serving_default"
              + " or __call__)")
  private List<String> functions = new ArrayList<>();

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "Python arguments of the function, such as training=false")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "INPUT=VALUE",
      description = "set an input of the first module to the same value for all rows, as JSON")
  private List<String> constants = new ArrayList<>();

  @Section(Section.Heading.LOADING)
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the seed from which inputs named 'seed' are derived for each row (default: 0)")
  private Long seed;

  /** What workers load the modules from. */
  WorkerPlaces places() {
    return new WorkerPlaces(handles.folders(), handles.places(modules));
  }

  /** The handles with commas between; of folders their names. */
  String name() {
    return modules.stream()
        .map(m -> Files.isDirectory(Path.of(m)) ? String.valueOf(Path.of(m).getFileName()) : m)
        .collect(Collectors.joining(", "));
  }

  /** Resolves the handles, and applies the options to the modules. */
  ModuleCalls calls(PrintWriter err) {
    checkCount("--function", functions.size());
    checkCount("--arguments", arguments.size());
    List<ModuleCalls.Link> links = new ArrayList<>();
    for (int i = 0; i < modules.size(); i++) {
      String handle = modules.get(i);
      HubOptions hub = handles.forHandle(handle);
      Hub.Resolved resolved = Fetch.resolve(handle, hub, err);
      ModuleSpec spec =
          ModuleSpec.of(handle).withHub(hub).withOptions(loading.module()).withFunction(choice(i));
      links.add(
          new ModuleCalls.Link(resolved, i == 0 ? ConstantInputs.set(spec, constants) : spec));
    }
    return ModuleCalls.of(links).withSeed(seed);
  }

  private FunctionChoice choice(int link) {
    String name = functions.isEmpty() || functions.get(link).isBlank() ? null : functions.get(link);
    return new FunctionChoice(
        name, PythonArguments.parse(arguments.isEmpty() ? null : arguments.get(link)));
  }

  private void checkCount(String option, int count) {
    if (count != 0 && count != modules.size()) {
      throw new UsageException(
          option
              + " is given "
              + Formatting.of(count, "time")
              + " for "
              + Formatting.of(modules.size(), "module")
              + "; repeat it once for each module, with an empty value for the default");
    }
  }
}
