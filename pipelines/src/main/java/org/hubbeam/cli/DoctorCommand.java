package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Looks for what keeps modules from running on this machine. */
@Command(
    name = "doctor",
    description = "Look for what keeps modules from running on this machine, with the fix of each.",
    footer = {"", "The exit code is 1 when something is broken.", "Example: hubbeam doctor"})
final class DoctorCommand extends Program {

  @Override
  public Integer call() {
    Doctor doctor = new Doctor(Machine.THIS, Doctor.Jvm.current());
    List<Finding> findings = new ArrayList<>();
    show(findings, doctor.before());
    show(findings, doctor.natives());
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
