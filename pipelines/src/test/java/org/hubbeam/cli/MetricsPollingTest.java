// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Test;

class MetricsPollingTest {

  private static final String COUNTER = "polled";
  private static final CountDownLatch SEEN = new CountDownLatch(1);

  /** Counts, and does not end before that was seen. */
  private static final class WaitFn extends DoFn<Integer, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Integer number) throws InterruptedException {
      RowCount.counter(COUNTER).inc(number);
      if (number == 0) {
        SEEN.await();
      }
    }
  }

  @Test
  void rowsAreToldWhileTheJobRuns() {
    Pipeline pipeline =
        Pipeline.create(
            Engines.options("direct", List.of("--blockOnRun=false"), name -> List.of()));
    pipeline.apply(Create.of(5, 6, 0)).apply(ParDo.of(new WaitFn()));
    List<Long> told = new CopyOnWriteArrayList<>();
    JobWatch watch =
        new JobWatch() {
          @Override
          public Set<String> counters() {
            return Set.of(COUNTER);
          }

          @Override
          public void counted(Map<String, RowCount.Seen> seen) {
            told.add(seen.get(COUNTER).rows());
            if (told.size() > 2) {
              SEEN.countDown();
            }
          }

          @Override
          public void say(String line) {}
        };

    PipelineResult.State state =
        MetricsPolling.await(pipeline.run(), watch, Duration.ofMillis(200));

    assertThat(state).isEqualTo(PipelineResult.State.DONE);
    assertThat(told).hasSizeGreaterThan(2).isSorted();
  }
}
