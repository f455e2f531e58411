// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * The programs of this system that wall in a process; each was tried. Null where there is none, or
 * where it does not work here.
 *
 * @param bwrap hides network and other processes, and shows chosen files only, read-only
 * @param unshare hides the network
 * @param setpriv lets a process die with its parent
 * @param prlimit forbids core dumps and boundless requests of memory
 * @param taskset keeps a process on some cores
 */
@Internal
public record ProcessTools(
    @Nullable String bwrap,
    @Nullable String unshare,
    @Nullable String setpriv,
    @Nullable String prlimit,
    @Nullable String taskset) {

  static final List<String> BWRAP =
      List.of(
          "--unshare-all",
          "--unshare-user",
          "--die-with-parent",
          "--new-session",
          "--cap-drop",
          "ALL");
  static final List<String> UNSHARE = List.of("--map-root-user", "--net", "--ipc");
  static final List<String> SETPRIV = List.of("--pdeathsig", "KILL");

  private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");
  private static final long TRY_SECONDS = 10;

  /** Those of this system, tried once. */
  public static ProcessTools found() {
    return Found.TOOLS;
  }

  private static final class Found {
    static final ProcessTools TOOLS = look();
  }

  private static ProcessTools look() {
    List<String> walled = new ArrayList<>(BWRAP);
    walled.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--"));
    return new ProcessTools(
        works("bwrap", walled),
        works("unshare", UNSHARE),
        works("setpriv", SETPRIV),
        works("prlimit", List.of("--core=0")),
        works("taskset", List.of("-c", "0-1023")));
  }

  private static @Nullable String works(String name, List<String> arguments) {
    String program = path(name);
    String nothing = path("true");
    if (program == null || nothing == null) {
      return null;
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    command.add(nothing);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(TRY_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      return process.exitValue() == 0 ? program : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable String path(String name) {
    for (String folder : FOLDERS) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    return null;
  }

  /** What a process behind these walls can still do that it should not; empty if nothing. */
  public List<String> gaps() {
    List<String> gaps = new ArrayList<>();
    if (bwrap == null && unshare == null) {
      gaps.add("it can use the network");
    }
    if (bwrap == null) {
      gaps.add("it can read and write files as its user can");
      if (setpriv == null) {
        gaps.add("it ends by itself when this process is killed");
      }
    }
    if (prlimit == null) {
      gaps.add("memory is only measured, every 50 ms");
    }
    return List.copyOf(gaps);
  }

  /** Whether both the network and the files of this system are out of reach. */
  public boolean walled() {
    return bwrap != null;
  }
}
