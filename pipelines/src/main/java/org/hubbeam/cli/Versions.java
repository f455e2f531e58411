// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.hubbeam.model.NativeRuntime;
import picocli.CommandLine.IVersionProvider;

/** The versions that {@code --version} shows and manifests note. */
final class Versions implements IVersionProvider {

  private static final Properties BUILT = read();

  /** The version of this project. */
  static String project() {
    return BUILT.getProperty("hubbeam");
  }

  /** The version of TensorFlow Java; that of TensorFlow itself is told by the loaded library. */
  static String tensorflowJava() {
    return BUILT.getProperty("tensorflow-java");
  }

  /** Beam's version. */
  static String beam() {
    return ReleaseInfo.getReleaseInfo().getVersion();
  }

  /**
   * All that had a part in an output, by name; of oneDNN, whether this process computes with it.
   */
  static Map<String, String> used() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("hubbeam", project());
    NativeRuntime runtime = NativeRuntime.load();
    versions.put("tensorflow", runtime.version());
    versions.put("oneDNN", runtime.oneDnn());
    versions.put("tensorflow-java", tensorflowJava());
    versions.put("beam", beam());
    versions.put("java", System.getProperty("java.version"));
    return versions;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "hubbeam " + project(),
      "TensorFlow Java " + tensorflowJava(),
      "Apache Beam " + beam(),
      "Java " + System.getProperty("java.version")
    };
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
