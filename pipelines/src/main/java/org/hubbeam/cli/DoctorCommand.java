// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Checks whether modules can run on this machine. */
@Command(
    name = "doctor",
    description = "Check whether modules can run on this machine; suggest a fix for each problem.",
    footer = {"", "The exit code is 1 if a check fails.", "Example: hubbeam doctor"})
final class DoctorCommand extends BaseCommand {

  @Override
  public Integer call() {
    Doctor doctor = new Doctor(Machine.THIS, Doctor.Jvm.current());
    List<Finding> findings = new ArrayList<>();
    show(findings, doctor.checkSystem());
    show(findings, doctor.checkNatives());
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
