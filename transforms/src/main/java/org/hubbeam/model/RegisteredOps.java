package org.hubbeam.model;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetAllOpList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_LoadLibrary;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewStatus;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.OpList;

/** The ops that this JVM's TensorFlow knows; libraries of custom ops are loaded here, once each. */
final class RegisteredOps {

  private static final Set<String> LOADED = new HashSet<>();
  private static Set<String> names;

  private RegisteredOps() {}

  static synchronized Set<String> names() {
    if (names == null) {
      NativeRuntime.hold();
      TensorFlow.version();
      TF_Buffer buffer = TF_GetAllOpList();
      try {
        byte[] bytes = new byte[Math.toIntExact(buffer.length())];
        new BytePointer(buffer.data()).capacity(bytes.length).get(bytes);
        Set<String> found = new HashSet<>();
        OpList.parseFrom(bytes).getOpList().forEach(op -> found.add(op.getName()));
        names = found;
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("TensorFlow gave a broken list of ops", e);
      } finally {
        TF_DeleteBuffer(buffer);
      }
    }
    return names;
  }

  /** Loads libraries that were not loaded before in this JVM. */
  static synchronized void load(List<String> libraries) {
    for (String library : libraries) {
      if (LOADED.contains(library)) {
        continue;
      }
      NativeRuntime.hold();
      TensorFlow.version();
      TF_Status status = TF_NewStatus();
      try {
        TF_LoadLibrary(library, status);
        if (TF_GetCode(status) != 0) {
          throw new ModuleException(
              ModuleException.Kind.MISUSED,
              "the op library "
                  + library
                  + " cannot be loaded: "
                  + TF_Message(status).getString(StandardCharsets.UTF_8));
        }
      } finally {
        TF_DeleteStatus(status);
      }
      LOADED.add(library);
      names = null;
    }
  }
}
