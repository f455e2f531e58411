package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.model.fixtures.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

class ModuleWriterTest {

  @TempDir Path folder;

  @Test
  void aTextEmbeddingWithAVocabularyLoadsInTensorFlowsOwnLoader() {
    Path module = Fixtures.vocabulary(folder.resolve("m"));
    try (SavedModelBundle bundle = SavedModelBundle.load(module.toString(), "serve");
        TString text = TString.vectorOf("river stone", "", "wind unheard crème");
        var result = bundle.function("serving_default").call(Map.of("sentences", text))) {
      TFloat32 vectors = (TFloat32) result.get("output_0").get();
      assertThat(StdArrays.array2dCopyOf(vectors))
          .isDeepEqualTo(new float[][] {{1, 10, 2}, {0, 0, 0}, {12, 120, 3}});
    }
  }
}
