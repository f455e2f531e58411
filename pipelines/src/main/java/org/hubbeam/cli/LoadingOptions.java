// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a module is loaded. */
@Section(Section.Heading.LOADING)
final class LoadingOptions {

  @Mixin private TagOptions tags;
  @Mixin private IsolationOptions isolation;

  @Option(
      names = "--allowOps",
      paramLabel = "OP",
      split = ",",
      description = "ops that a downloaded module may have although they do more than compute")
  private List<String> allowOps = List.of();

  @Option(
      names = "--opLibraries",
      paramLabel = "FILE",
      split = ",",
      description =
          "shared libraries of custom ops to load before the module; a downloaded module also needs"
              + " --allowOps for those that it uses")
  private List<String> opLibraries = List.of();

  @Option(
      names = "--intraOp",
      paramLabel = "N",
      defaultValue = "0",
      description = "threads per op (default: the cores, divided by the number of tasks)")
  private int intraOp;

  @Option(
      names = "--interOp",
      paramLabel = "N",
      defaultValue = "0",
      description = "the number of ops run in parallel (default: the number of cores)")
  private int interOp;

  @Option(
      names = "--gpuMemory",
      paramLabel = "PART",
      description = "the fraction of GPU memory to use, up to 1 (default: as needed)")
  private Double gpuMemory;

  @Option(
      names = "--callTimeout",
      paramLabel = "SECONDS",
      description =
          "the time limit of a call; rows that exceed it on their own are failures (default: none,"
              + " a call that hangs hangs the job)")
  private Double callTimeout;

  @Option(
      names = "--loadTimeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "the time limit of restoring and initialising the module (default: 600)")
  private double loadTimeout;

  private static void require(String option, @Nullable Number value, boolean allowed) {
    if (!allowed) {
      throw new UsageException(
          option
              + "="
              + value
              + switch (option) {
                case "--callTimeout", "--loadTimeout" -> " must be at least 0.001 seconds";
                case "--gpuMemory" -> " must be above 0 and at most 1";
                default -> " must be 0 or more";
              });
    }
  }

  /** The selected options. */
  ModuleOptions module() {
    require("--callTimeout", callTimeout, callTimeout == null || callTimeout >= 0.001);
    require("--loadTimeout", loadTimeout, loadTimeout >= 0.001);
    require("--gpuMemory", gpuMemory, gpuMemory == null || gpuMemory > 0 && gpuMemory <= 1);
    require("--intraOp", intraOp, intraOp >= 0);
    require("--interOp", interOp, interOp >= 0);
    return ModuleOptions.DEFAULT
        .withTags(tags.tags())
        .withAllowOps(Set.copyOf(allowOps))
        .withOpLibraries(opLibraries)
        .withIsolation(isolation.isolation())
        .withCallTimeout(callTimeout == null ? null : seconds(callTimeout))
        .withLoadTimeout(seconds(loadTimeout))
        .withDevices(
            ModuleOptions.Devices.DEFAULT
                .withIntraOp(intraOp)
                .withInterOp(interOp)
                .withGpu(new ModuleOptions.Gpu(gpuMemory)));
  }

  private static Duration seconds(double value) {
    return Duration.ofMillis(Math.round(value * 1000));
  }
}
