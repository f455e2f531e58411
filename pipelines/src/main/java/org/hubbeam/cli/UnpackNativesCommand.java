package org.hubbeam.cli;

import org.hubbeam.model.NativeRuntime;
import picocli.CommandLine.Command;

/** Unpacks and loads the native libraries; the launcher does so once, before it runs a program. */
@Command(
    name = "unpack-natives",
    hidden = true,
    description = "Unpack and load TensorFlow's native libraries.")
final class UnpackNativesCommand extends Program {

  @Override
  public Integer call() {
    NativeRuntime.load();
    return 0;
  }
}
