// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.hubbeam.batch.Internal;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * The native TensorFlow library of this JVM.
 *
 * @param version TensorFlow's version
 * @param folder where the native libraries were unpacked to
 * @param platform the operating system and processor they are for
 */
@Internal
public record NativeRuntime(String version, String folder, String platform) {

  /** The property of the JVM that tells which class loader holds TensorFlow, once one does. */
  private static final String HOLDER = "hubbeam.tensorflow.holder";

  /**
   * Unpacks the native libraries where that was not yet done, and loads them.
   *
   * @throws ModuleException of the kind {@code NOT_LOADABLE} when that fails, saying why; also when
   *     another class loader of this JVM has loaded them, because a second TensorFlow would end the
   *     process
   */
  public static NativeRuntime load() {
    hold();
    try {
      String version;
      try (BytePointer text = tensorflow.TF_Version()) {
        version = text.getString();
      }
      return new NativeRuntime(version, Loader.getCacheDir().getPath(), Loader.getPlatform());
    } catch (LinkageError | IOException e) {
      throw notLoadable(e);
    }
  }

  private static ModuleException notLoadable(Throwable e) {
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
        NativeRuntime.class.getResource("/org/tensorflow/internal/c_api/" + library) != null;
    return there
        ? "TensorFlow's native libraries cannot be loaded: " + cause.getMessage()
        : "TensorFlow's native libraries for "
            + platform
            + " are not on the class path: add org.tensorflow:tensorflow-core-native with the"
            + " classifier "
            + platform;
  }

  /**
   * Loads the native libraries, and makes sure that the class loader of TensorFlow is the only one
   * of this JVM that has it.
   *
   * @throws ModuleException of the kind {@code NOT_LOADABLE} as {@link #load} does
   */
  static void hold() {
    String mine = "" + System.identityHashCode(tensorflow.class.getClassLoader());
    Object holder = System.getProperties().putIfAbsent(HOLDER, mine);
    if (holder != null && !holder.equals(mine)) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "another class loader of this JVM has loaded TensorFlow, which can be there only once;"
              + " on a Flink cluster, put the jars of the job into Flink's lib folder and send none"
              + " with the job, or restart its task managers between jobs");
    }
    try {
      Loader.load(tensorflow.class);
    } catch (LinkageError e) {
      throw notLoadable(e);
    }
  }

  /** The devices that sessions run on, {@code CPU} and {@code GPU}, by their names. */
  public List<String> devices() {
    List<String> names = new ArrayList<>();
    TF_Status status = TF_Status.newStatus();
    TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
    TF_Graph graph = TF_Graph.newGraph();
    TF_Session session = tensorflow.TF_NewSession(graph, options, status);
    try {
      status.throwExceptionIfNotOK();
      TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status);
      try {
        for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
          names.add(tensorflow.TF_DeviceListName(list, i, status).getString());
        }
      } finally {
        tensorflow.TF_DeleteDeviceList(list);
      }
    } finally {
      if (!Pointer.isNull(session)) {
        tensorflow.TF_DeleteSession(session, status);
      }
      graph.close();
      options.close();
      status.close();
    }
    return List.copyOf(names);
  }
}
