package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.regex.Pattern;
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

  private static URL[] classPath() throws Exception {
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String[] parts = whole.split(Pattern.quote(File.pathSeparator), -1);
    URL[] urls = new URL[parts.length];
    for (int i = 0; i < parts.length; i++) {
      urls[i] = Path.of(parts[i]).toUri().toURL();
    }
    return urls;
  }
}
