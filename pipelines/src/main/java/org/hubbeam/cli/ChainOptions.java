package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.model.FunctionChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of which functions of which modules are called, one after the other. */
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
      description = {
        "a signature or a member; otherwise the only usable one.",
        "With several modules this and --arguments are given once for each, or never"
      })
  private List<String> functions = new ArrayList<>();

  @Option(
      names = "--arguments",
      paramLabel = "K=V,..",
      description = "python arguments, for example training=false")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "INPUT=VALUE",
      description = "an input of the first module that is the same for all rows, as JSON")
  private List<String> constants = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "what inputs called 'seed' are made of, one for each row; otherwise 0")
  private Long seed;

  /** Resolves the handles, and says how the modules are called; {@code --set} is looked at here. */
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
      links.add(new ModuleCalls.Link(resolved, i == 0 ? Constants.set(spec, constants) : spec));
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
      throw new WrongUse(
          option
              + " is given "
              + Numbers.of(count, "time")
              + " for "
              + Numbers.of(modules.size(), "module")
              + "; give it once for each, empty where there is nothing to say");
    }
  }
}
