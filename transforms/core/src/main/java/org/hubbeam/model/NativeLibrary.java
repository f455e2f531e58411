// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import org.bytedeco.javacpp.Loader;
import org.hubbeam.batch.NativeHolder;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Loads TensorFlow's native library. It has no value of a class of TensorFlow's or JavaCPP's: where
 * these do not fit together, a class that has cannot be initialised, and could not say so.
 */
final class NativeLibrary {

  private static boolean loaded;

  private NativeLibrary() {}

  /**
   * Loads the native libraries, and makes sure that the class loader of TensorFlow is the only one
   * of this JVM that has it.
   *
   * @throws ModuleException of the kind {@code NOT_LOADABLE} when that fails, saying why; also when
   *     another class loader of this JVM has loaded them, because a second TensorFlow would end the
   *     process
   */
  static synchronized void hold() {
    if (loaded) {
      return;
    }
    try {
      boolean first = NativeHolder.hold("TensorFlow", tensorflow.class, Loader.class);
      if (first) {
        NativeLog.beforeLoading();
      }
      Loader.load(tensorflow.class);
      if (first) {
        NativeLog.afterLoading();
      }
      loaded = true;
    } catch (IllegalStateException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, String.valueOf(e.getMessage()), e);
    } catch (LinkageError e) {
      throw notLoadable(e);
    }
  }

  /** What to say when the libraries cannot be loaded. */
  static ModuleException notLoadable(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new ModuleException(ModuleException.Kind.NOT_LOADABLE, reason(cause), e);
  }

  private static String reason(Throwable cause) {
    String platform = Loader.getPlatform();
    String library = platform + "/" + System.mapLibraryName("jnitensorflow");
    boolean there =
        NativeLibrary.class.getResource("/org/tensorflow/internal/c_api/" + library) != null;
    return there
        ? "TensorFlow's native libraries cannot be loaded: " + cause.getMessage()
        : "TensorFlow's native libraries for "
            + platform
            + " are not on the class path: add org.tensorflow:tensorflow-core-native with the"
            + " classifier "
            + platform;
  }
}
