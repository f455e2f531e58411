// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Map;
import org.hubbeam.gradients.Trainability;
import org.hubbeam.hub.Hub;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.tfjs.ModuleReadiness;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the functions, variables and assets of a module without running it. */
@Command(
    name = "inspect",
    description = "List the functions, variables and assets of a module without running it.",
    footer = {"", "Example: hubbeam inspect google/nnlm/tensorFlow2/en-dim128/1"})
final class InspectCommand extends BaseCommand {

  @Mixin private HandleOptions handles;
  @Mixin private TagOptions tags;

  @Parameters(paramLabel = "HANDLE", description = "the module")
  private String handle;

  @Option(names = "--json", description = "print all details as JSON")
  private boolean json;

  @Option(names = "--ops", description = "list all ops, not only missing and unsafe ones")
  private boolean ops;

  @Override
  public Integer call() {
    Hub.Resolved resolved = handles.resolve(handle, err());
    ModuleInfo info = ModuleInfo.read(resolved.folder(), tags.tags());
    Map<String, Trainability> trainability = Trainability.ofAll(resolved.folder(), tags.tags());
    String text =
        json
            ? InfoText.json(resolved, info, trainability)
            : ops
                ? InfoText.withOps(resolved, info, trainability, readiness(resolved))
                : Terminal.fitting(
                    InfoText.plain(resolved, info, trainability, readiness(resolved)));
    out().println(text.stripTrailing());
    return 0;
  }

  private ModuleReadiness readiness(Hub.Resolved resolved) {
    return ModuleReadiness.of(resolved.folder(), tags.tags());
  }
}
