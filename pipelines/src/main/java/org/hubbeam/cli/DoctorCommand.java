// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks whether modules can run on this machine, or on a Flink cluster. */
@Command(
    name = "doctor",
    description =
        "Check whether modules can run on this machine, or on a Flink cluster; suggest a fix for"
            + " each problem.",
    footer = {
      "",
      "The exit code is 1 if a check fails.",
      "Example: hubbeam doctor",
      "Example: hubbeam doctor --cluster=host:8081 --module=hdfs:///modules/m"
    })
final class DoctorCommand extends BaseCommand {

  @Mixin private HandleOptions handles;

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      description = "check a Flink cluster instead, by its REST interface")
  private @Nullable String cluster;

  @Option(
      names = "--advise",
      description = "print the configuration of Flink for --module and --slots instead")
  private boolean advise;

  @Option(
      names = "--module",
      paramLabel = "HANDLE",
      description = "the module that is to run on the cluster (default: one of 256 MiB)")
  private @Nullable String module;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "the slots of a task manager (default: those of --cluster, else the cores of this"
              + " machine)")
  private @Nullable Integer slots;

  @Override
  public Integer call() throws IOException {
    if (slots != null && slots < 1) {
      throw new UsageException("--slots=" + slots + " must be 1 or more");
    }
    if (!advise && slots != null) {
      throw new UsageException("--slots needs --advise");
    }
    if (!advise && cluster == null && module != null) {
      throw new UsageException("--module needs --cluster or --advise");
    }
    if (advise) {
      new FlinkAdvice(moduleBytes(), slots()).lines().forEach(out()::println);
      return 0;
    }
    return cluster == null ? checkThis() : checkCluster(cluster);
  }

  private int checkCluster(String address) throws IOException {
    FlinkDoctor doctor =
        new FlinkDoctor(FlinkFacts.of(rest(address)), FlinkDoctor.ownJars(), moduleBytes());
    List<Finding> findings = new ArrayList<>();
    show(findings, doctor.check());
    return status(findings);
  }

  private static FlinkRest rest(String address) {
    FlinkMaster master =
        FlinkMaster.parse(address)
            .orElseThrow(() -> new UsageException("--cluster=" + address + " must be HOST:PORT"));
    master.check(FlinkMaster.Access.PLAIN);
    return new FlinkRest(master);
  }

  private int slots() throws IOException {
    if (slots != null) {
      return slots;
    }
    return cluster == null
        ? Runtime.getRuntime().availableProcessors()
        : rest(cluster).taskManagers().stream()
            .mapToInt(FlinkRest.TaskManager::slots)
            .max()
            .orElse(1);
  }

  private long moduleBytes() throws IOException {
    if (module == null) {
      return FlinkAdvice.SMALL_MODULE;
    }
    try (Stream<Path> files = Files.walk(handles.resolve(module, err()).folder())) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private int checkThis() {
    Doctor doctor = new Doctor(Machine.THIS, Doctor.Jvm.current());
    List<Finding> findings = new ArrayList<>();
    show(findings, doctor.checkSystem());
    show(findings, doctor.checkNatives());
    return status(findings);
  }

  private static int status(List<Finding> findings) {
    boolean broken = findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.BROKEN);
    return broken ? Main.FAILED : 0;
  }

  private void show(List<Finding> all, List<Finding> more) {
    PrintWriter out = out();
    more.forEach(out::println);
    out.flush();
    all.addAll(more);
  }
}
