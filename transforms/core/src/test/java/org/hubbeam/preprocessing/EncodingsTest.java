// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

class EncodingsTest {

  @Test
  void aCategoryIsAVectorAndOneOutsideIsAllZero() {
    assertThat(
            Local.over("x", Local.longs(0, 2, -1, 3))
                .output(in -> Encodings.oneHot(in.get("x"), 3)))
        .isEqualTo(Local.rows(3, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void bucketsTellHowManyThereAre() {
    assertThat(
            Local.over("x", Local.floats(1, 2, 3, 4))
                .output(in -> Encodings.oneHot(Buckets.bucketize(in.get("x"), 2))))
        .isEqualTo(Local.rows(2, 1, 0, 1, 0, 0, 1, 0, 1));
  }

  @Test
  void theCategoriesOfARowAreMarkedOnce() {
    assertThat(
            Local.over(
                    "x",
                    Array.Ragged.of(Values.of(1L, 1L, 0L, 7L, -1L, 2L), new int[] {0, 3, 3, 6}))
                .output(in -> Encodings.multiHot(in.get("x"), 3)))
        .isEqualTo(Local.rows(3, 1, 1, 0, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void withoutADomainTheNumberMustBeGiven() {
    assertThatThrownBy(
            () -> Local.over("x", Local.longs(0)).output(in -> Encodings.oneHot(in.get("x"))))
        .hasMessageContaining("give it");
  }
}
