// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package hubbeam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ServiceLoader;
import org.apache.beam.sdk.harness.JvmInitializer;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/** What a worker does first. */
class DataflowWorkerTest {

  @Test
  void aWorkerFindsIt() {
    assertThat(ServiceLoader.load(JvmInitializer.class))
        .anySatisfy(found -> assertThat(found).isInstanceOf(DataflowWorker.class));
  }

  @Test
  void anImageWithoutLibrariesIsNamed() {
    assertThatThrownBy(
            () ->
                new DataflowWorker(ClassLoader.getPlatformClassLoader())
                    .beforeProcessing(PipelineOptionsFactory.create()))
        .hasMessageContaining("--sdkContainerImage does not have hubbeam's libraries");
    assertThatCode(() -> new DataflowWorker().beforeProcessing(PipelineOptionsFactory.create()))
        .doesNotThrowAnyException();
  }
}
