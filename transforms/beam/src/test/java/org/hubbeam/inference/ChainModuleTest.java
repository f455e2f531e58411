// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.tfjs.ConversionOptions;
import org.hubbeam.tfjs.GraphModel;
import org.hubbeam.tfjs.GraphModelComparison;
import org.hubbeam.tfjs.GraphModelConverter;
import org.hubbeam.tfjs.GraphModelFolder;
import org.hubbeam.tfjs.GraphModelSession;
import org.hubbeam.tfjs.Port;
import org.hubbeam.tfjs.Quantization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainModuleTest {
  @TempDir Path folder;

  @Test
  void aChainIsOneGraphModelWithTheNamesOfItsModules() throws Exception {
    ModuleChain chain =
        ModuleChain.of(
            ModuleSpec.of(TestFiles.zoo("bert_preprocess").toString()),
            ModuleSpec.of(TestFiles.zoo("bert_encoder").toString()));
    ChainModule module = ChainModule.write(chain, folder.resolve("chain"));
    GraphModel model =
        GraphModelConverter.convert(
            folder.resolve("chain"),
            ModuleOptions.DEFAULT,
            ConversionOptions.DEFAULT.withFunction(module.function()).withNames(module.names()));
    GraphModelFolder.write(
        model, folder.resolve("web"), Quantization.NONE, NewFolder.Existing.REFUSE);
    Array.Dense texts =
        Array.Dense.vector(Values.of("the cat sat on the mat", "", "a longer sentence of words"));

    assertThat(model.inputs()).extracting(Port::name).containsExactly("sentences");
    assertThat(model.outputs()).extracting(Port::name).contains("default", "pooled_output");
    Array wanted =
        called("bert_encoder", called("bert_preprocess", Map.of("sentences", texts)))
            .get("default");
    Array.Dense given;
    try (GraphModelSession session =
        GraphModelSession.open(GraphModelFolder.read(folder.resolve("web")))) {
      given = session.run(Map.of("sentences", texts)).get("default");
    }
    assertThat(difference(wanted, given)).isLessThan(1e-5);
    NodeModels.folder();
    Map<String, Array> browser = NodeModels.run(folder.resolve("web"), Map.of("sentences", texts));
    assertThat(difference(wanted, browser.get("default"))).isLessThan(1e-5);
  }

  private static double difference(Array wanted, Array given) {
    return GraphModelComparison.of(
            Map.of("x", (Array.Dense) wanted), Map.of("x", (Array.Dense) given))
        .difference();
  }

  private static Map<String, Array> called(String module, Map<String, Array> inputs) {
    try (LoadedModule loaded = Module.load(TestFiles.zoo(module), ModuleOptions.DEFAULT)) {
      return loaded.function(FunctionChoice.ANY).call(inputs);
    }
  }

  @Test
  void aLinkThatCannotTakeWhatItIsGivenIsRefused() {
    ModuleChain chain =
        ModuleChain.of(
            ModuleSpec.of(TestFiles.zoo("bert_encoder").toString()),
            ModuleSpec.of(TestFiles.zoo("bert_preprocess").toString()));
    assertThatThrownBy(() -> ChainModule.write(chain, folder.resolve("chain")))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("link 2");
    assertThat(folder.resolve("chain")).doesNotExist();
  }
}
