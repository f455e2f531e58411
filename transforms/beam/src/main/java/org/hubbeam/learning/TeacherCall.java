// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.FunctionSignature;
import org.hubbeam.inference.LeasedFunction;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.training.EncoderQuality;
import org.hubbeam.training.Split;
import org.hubbeam.training.TaughtTexts;

/** Calls the teacher of an encoder with texts. */
final class TeacherCall {

  private TeacherCall() {}

  /** How large and fast the module is on this machine. */
  static EncoderQuality measured(ModuleSpec teacher, TaughtTexts texts, Split split)
      throws IOException {
    ArraySpec input = FunctionSignature.find(teacher).inputs().get(0);
    Path folder = Hub.of(teacher.loading().hub()).resolve(teacher.handle()).folder();
    try (LeasedFunction function = LeasedFunction.of(teacher, teacher.handle())) {
      return EncoderQuality.ofTeacher(
          folder, given -> function.call(Map.of(input.name(), array(input, given))), texts, split);
    }
  }

  /** Texts as the input takes them: each alone, or in a row of one. */
  private static Array array(ArraySpec input, Values.Strings texts) {
    return input.shape().hasRank() && input.shape().rank() == 2
        ? Array.Dense.rows(texts.size(), Shape.of(1), texts)
        : Array.Dense.vector(texts);
  }
}
