// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;

class NativeRuntimeTest {

  @Test
  void aSecondClassLoaderIsRefusedBeforeItsTensorFlowEndsTheProcess() throws Exception {
    String version = NativeRuntime.load().version();
    try (URLClassLoader other =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Method load = other.loadClass(NativeRuntime.class.getName()).getMethod("load");
      assertThatThrownBy(() -> load.invoke(null))
          .rootCause()
          .hasMessageContaining("another class loader")
          .hasMessageContaining("lib folder");
    }
    assertThat(NativeRuntime.load().version()).isEqualTo(version);
  }

  /** Loads the module in a folder, and prints why that failed. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) {
      try (Module module = Module.load(args[0])) {
        System.out.println("loaded " + module.bytes());
      } catch (ModuleException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void withoutNativesTheArtifactIsNamed() throws Exception {
    String withoutNatives =
        Arrays.stream(parts())
            .filter(p -> !p.matches(".*tensorflow-core-native-[0-9.]+-[a-z].*"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                withoutNatives,
                Loading.class.getName(),
                TestFiles.zoo("swivel20").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    String platform = NativeRuntime.load().platform();
    assertThat(said.strip())
        .isEqualTo(
            "TensorFlow's native libraries for "
                + platform
                + " are not on the class path: add org.tensorflow:tensorflow-core-native with the"
                + " classifier "
                + platform);
  }

  private static String[] parts() {
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return whole.split(Pattern.quote(File.pathSeparator), -1);
  }

  private static URL[] classPath() throws Exception {
    String[] parts = parts();
    URL[] urls = new URL[parts.length];
    for (int i = 0; i < parts.length; i++) {
      urls[i] = Path.of(parts[i]).toUri().toURL();
    }
    return urls;
  }
}
