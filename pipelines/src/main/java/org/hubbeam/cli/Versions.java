package org.hubbeam.cli;

import org.apache.beam.sdk.util.ReleaseInfo;
import picocli.CommandLine.IVersionProvider;

/** The versions that {@code --version} shows and manifests note. */
final class Versions implements IVersionProvider {

  /** The version of this project; {@code development} when it does not run from its jar. */
  static String project() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Beam's version. */
  static String beam() {
    return ReleaseInfo.getReleaseInfo().getVersion();
  }

  /** TensorFlow's version, without loading it. */
  static String tensorflow() {
    String java = org.tensorflow.proto.GraphDef.class.getPackage().getImplementationVersion();
    return java == null ? "unknown" : java;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "hubbeam " + project(), "Apache Beam " + beam(), "Java " + System.getProperty("java.version")
    };
  }
}
