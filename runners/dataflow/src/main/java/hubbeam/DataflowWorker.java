// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package hubbeam;

import org.apache.beam.sdk.harness.JvmInitializer;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Prepares a worker's JVM, whose flags are not ours: JavaCPP leaves native memory to hubbeam, and a
 * container image without libraries is named as the cause of what follows from it.
 *
 * <p>Found by Beam; of no use to anyone else.
 */
public final class DataflowWorker implements JvmInitializer {

  private static final String NO_POINTER_GC = "org.bytedeco.javacpp.nopointergc";
  private static final String LIBRARY = "org.tensorflow.Graph";

  private final ClassLoader loader;

  /** As Beam makes it. */
  public DataflowWorker() {
    this(DataflowWorker.class.getClassLoader());
  }

  DataflowWorker(ClassLoader loader) {
    this.loader = loader;
  }

  @Override
  public void onStartup() {
    if (System.getProperty(NO_POINTER_GC) == null) {
      System.setProperty(NO_POINTER_GC, "true");
    }
  }

  /**
   * Looks for a library that the image should have.
   *
   * @throws IllegalStateException if it is not there
   */
  @Override
  public void beforeProcessing(PipelineOptions options) {
    try {
      Class.forName(LIBRARY, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the image of --sdkContainerImage does not have hubbeam's libraries; build it with"
              + " runners/dataflow/Dockerfile",
          e);
    }
  }
}
