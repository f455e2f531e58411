// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.hubbeam.batch.Failure;
import org.junit.jupiter.api.Test;

/** What is secret in handles travels in the payload of a pipeline, and is nowhere shown. */
class HandleSecretsTest {
  private static final String HANDLE = "https://me:hush0@h.example/m.tar.gz?X-Amz-Signature=hush1";
  private static final String SHOWN = "https://...@h.example/m.tar.gz?...";

  private final ModuleSpec spec = ModuleSpec.of(HANDLE).withCheck(ModuleSpec.Check.ON_WORKERS);

  @Test
  void aSpecHasTheHandleAndDoesNotShowIt() {
    assertThat(spec.handle()).isEqualTo(HANDLE);
    assertThat(spec.loading().shown()).isEqualTo(SHOWN);
    assertThat(spec.toString() + spec.loading()).doesNotContain("hush");
  }

  @Test
  void metricsFailuresAndResults() {
    assertThat(HubMetrics.namespace(HANDLE)).isEqualTo("hubbeam:" + SHOWN);
    assertThat(new Failure("a@0", "", HANDLE, "f", "no").module()).isEqualTo(SHOWN);
    assertThat(new CallResult.Link(HANDLE, "f", Map.of()).handle()).isEqualTo(SHOWN);
    assertThat(ModuleChain.of(List.of(spec, spec)).name()).isEqualTo(SHOWN + "," + SHOWN);
  }

  @Test
  void stepsAndTheirDisplayData() {
    RunModule call = RunModule.of(spec);
    assertThat(call.getName() + call + DisplayData.from(call)).doesNotContain("hush");
    HubChain chain = HubChain.of(ModuleChain.of(List.of(spec, spec)));
    assertThat(chain.getName() + chain + DisplayData.from(chain)).doesNotContain("hush");
  }
}
