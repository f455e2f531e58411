// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.tensorflow.internal.c_api.TF_Status;

/** How calls of TensorFlow's C interface ended. */
final class NativeStatus {

  private static final int DEADLINE_EXCEEDED = 4;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final Pattern NO_KERNEL =
      Pattern.compile("No OpKernel was registered|No registered '[^']*' OpKernel");

  private NativeStatus() {}

  /** Whether the time of a run was over. */
  static boolean isLate(TF_Status status) {
    return TF_GetCode(status) == DEADLINE_EXCEEDED;
  }

  /**
   * Throws what went wrong.
   *
   * @param otherwise the kind of an error that tells none
   * @throws ModuleException when something did
   */
  static void check(TF_Status status, ModuleException.Kind otherwise) {
    int code = TF_GetCode(status);
    if (code != 0) {
      String message = TF_Message(status).getString(StandardCharsets.UTF_8);
      throw new ModuleException(
          kind(code, message, otherwise), StatusText.summarize(message), StatusText.op(message));
    }
  }

  private static ModuleException.Kind kind(
      int code, String message, ModuleException.Kind otherwise) {
    if (code == RESOURCE_EXHAUSTED) {
      return ModuleException.Kind.RESOURCE_EXHAUSTED;
    }
    return NO_KERNEL.matcher(message).find() ? ModuleException.Kind.NOT_LOADABLE : otherwise;
  }
}
