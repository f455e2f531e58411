// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.hubbeam.batch.Internal;
import org.tensorflow.Graph;
import org.tensorflow.internal.c_api.TFE_CustomDeviceTensorHandle.Num_dims_Pointer_TF_Status;
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

  private static final String ONE_DNN = "TF_ENABLE_ONEDNN_OPTS";
  private static final Set<String> BOOLEANS = Set.of("0", "1", "false", "true");

  /**
   * Unpacks the native libraries where that was not yet done, and loads them.
   *
   * @throws ModuleException of the kind {@code NOT_LOADABLE} when that fails, saying why; also when
   *     another class loader of this JVM has loaded them, because a second TensorFlow would end the
   *     process
   */
  public static NativeRuntime load() {
    NativeLibrary.hold();
    try {
      String version;
      try (BytePointer text = tensorflow.TF_Version()) {
        version = text.getString();
      }
      return new NativeRuntime(version, Loader.getCacheDir().getPath(), Loader.getPlatform());
    } catch (LinkageError | IOException e) {
      throw NativeLibrary.notLoadable(e);
    }
  }

  /**
   * An empty graph, which the caller closes.
   *
   * @throws ModuleException of the kind {@code NOT_LOADABLE} as {@link #load} does
   */
  public static Graph newGraph() {
    NativeLibrary.hold();
    return new Graph();
  }

  /**
   * Whether TensorFlow computes with oneDNN, and why: {@code on, the default for this processor}.
   * oneDNN is faster; the two round differently. TensorFlow decides by the features of the
   * processor, in Java as in Python, unless {@code TF_ENABLE_ONEDNN_OPTS} is set.
   */
  public String oneDnn() {
    Pointer function = Loader.addressof("_ZN10tensorflow12IsMklEnabledEv");
    if (Pointer.isNull(function)) {
      return "unknown";
    }
    boolean on;
    // TensorFlow Java has no binding for it. It is called as a callback is: by its address, beside
    // which JavaCPP keeps a Java object, here none. A C++ bool is the lowest byte.
    try (PointerPointer<Pointer> callback = new PointerPointer<>(function, null)) {
      on = (new Num_dims_Pointer_TF_Status(callback).call(null, null) & 0xff) != 0;
    }
    String setting = System.getenv(ONE_DNN);
    boolean set = setting != null && BOOLEANS.contains(setting.toLowerCase(Locale.ROOT));
    return (on ? "on" : "off")
        + (set ? ", by " + ONE_DNN + "=" + setting : ", the default for this processor");
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
