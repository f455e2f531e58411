// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The texts are as Linux and GNU time write them. */
class ProcessesTest {

  @Test
  void processorTimeIsThatOfTheProcessItself() {
    String stat =
        "4242 (a (b) c) S 1 4242 4242 0 -1 4194560 100 5000 0 0 250 50 9000 900 20 0 33 0 12345";
    assertThat(ProcessTree.cpuSeconds(stat)).isEqualTo(3.0);
  }

  @Test
  void residentIsInBytes() {
    String status = "Name:\tjava\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";
    assertThat(ProcessTree.residentBytes(status, "VmRSS")).isEqualTo(1 << 20);
    assertThat(ProcessTree.residentBytes("Name:\tkthreadd\n", "VmRSS")).isZero();
  }

  @Test
  void usageIsTheLastLine() {
    assertThat(Measurement.Usage.parse("Command exited with non-zero status 1\n1.50 0.25 1024\n"))
        .isEqualTo(new Measurement.Usage(1.75, 1 << 20));
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(Numbers.ratio(0.01234)).isEqualTo("0.012");
    assertThat(Numbers.ratio(0.97)).isEqualTo("0.97");
    assertThat(Numbers.ratio(30)).isEqualTo("30");
    assertThat(Numbers.ratio(100)).isEqualTo("100");
    assertThat(Numbers.ratio(1234.5)).isEqualTo("1,235");
    assertThat(Numbers.rate(85.64)).isEqualTo("85.6");
  }
}
