package org.hubbeam.cli;

import java.util.concurrent.Callable;
import org.hubbeam.model.NativeRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Unpacks and loads the native libraries; the launcher does so once, before it runs a program. */
@Command(
    name = "unpack-natives",
    hidden = true,
    description = "Unpack and load TensorFlow's native libraries.")
final class UnpackNativesCommand implements Callable<Integer> {

  @Mixin private DebugOption debug;

  @Override
  public Integer call() {
    NativeRuntime.load();
    return 0;
  }
}
