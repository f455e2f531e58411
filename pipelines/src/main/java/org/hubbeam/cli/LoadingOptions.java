package org.hubbeam.cli;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hubbeam.model.ModuleOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of how a module is loaded. */
final class LoadingOptions {

  @Mixin private TagOptions tags;

  @Option(
      names = "--allowOps",
      paramLabel = "OP",
      split = ",",
      description = "ops that a fetched module may have although they touch more than tensors")
  private List<String> allowOps = List.of();

  @Option(
      names = "--opLibraries",
      paramLabel = "FILE",
      split = ",",
      description = "shared libraries of custom ops, loaded before the module")
  private List<String> opLibraries = List.of();

  @Option(
      names = "--intraOp",
      paramLabel = "N",
      defaultValue = "0",
      description = "threads inside one op; otherwise what the engine's tasks leave")
  private int intraOp;

  @Option(
      names = "--interOp",
      paramLabel = "N",
      defaultValue = "0",
      description = "ops at a time; otherwise as many as there are cores")
  private int interOp;

  @Option(
      names = "--gpuMemory",
      paramLabel = "PART",
      description = "the part of a GPU's memory to take, above 0 to 1; otherwise as needed")
  private Double gpuMemory;

  @Option(
      names = "--callTimeout",
      paramLabel = "SECONDS",
      description = "how long one call may take; rows that take longer alone fail")
  private Double callTimeout;

  /** How the module is loaded. */
  ModuleOptions module() {
    return ModuleOptions.DEFAULT
        .withTags(tags.tags())
        .withAllowOps(Set.copyOf(allowOps))
        .withOpLibraries(opLibraries)
        .withCallTimeout(
            callTimeout == null ? null : Duration.ofMillis(Math.round(callTimeout * 1000)))
        .withDevices(
            ModuleOptions.Devices.DEFAULT
                .withIntraOp(intraOp)
                .withInterOp(interOp)
                .withGpu(new ModuleOptions.Gpu(gpuMemory)));
  }
}
