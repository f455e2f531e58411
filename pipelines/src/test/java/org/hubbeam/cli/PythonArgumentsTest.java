// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class PythonArgumentsTest {

  @Test
  void valuesHaveTheTypesThatPythonGivesThem() {
    assertThat(
            PythonArguments.parse(
                "training=False, k=3,x=-0.5,m=1e-3,mask=None,mode=sum,a='3',b=\"true\",e="))
        .containsExactly(
            entry("training", false),
            entry("k", 3L),
            entry("x", -0.5),
            entry("m", 1e-3),
            entry("mask", null),
            entry("mode", "sum"),
            entry("a", "3"),
            entry("b", "true"),
            entry("e", ""));
  }

  @Test
  void commasInAValueStayInIt() {
    assertThat(PythonArguments.parse("words=a, b,n=1"))
        .containsExactly(entry("words", "a, b"), entry("n", 1L));
  }

  @Test
  void whatIsNoArgumentIsRefused() {
    assertThatThrownBy(() -> PythonArguments.parse("training"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'training'");
    assertThatThrownBy(() -> PythonArguments.parse("a=1,a=2"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'a' is given twice");
  }
}
