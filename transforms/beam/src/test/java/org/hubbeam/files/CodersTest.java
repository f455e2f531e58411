// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.testing.CoderProperties;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.RandomBatches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodersTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void batchesAreTheSameBehindTheCoder(long seed) throws Exception {
    BatchCoder coder = BatchCoder.of();
    Batch one = new RandomBatches(seed).next(8);
    Batch two = new RandomBatches(seed + 100).next(8);
    CoderProperties.coderDecodeEncodeEqual(coder, one);
    CoderProperties.coderConsistentWithEquals(coder, one, two);
    CoderProperties.coderConsistentWithEquals(coder, one, new RandomBatches(seed).next(8));
    CoderProperties.structuralValueConsistentWithEquals(coder, one, two);
    CoderProperties.structuralValueConsistentWithEquals(
        coder, one, new RandomBatches(seed).next(8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(one, out);
    assertThat(coder.getEncodedElementByteSize(one)).isEqualTo(out.size());
  }

  @Test
  void codersTravelAndAreFound() throws Exception {
    CoderProperties.coderSerializable(BatchCoder.of());
    CoderProperties.coderSerializable(FailureCoder.of());
    CoderRegistry registry = CoderRegistry.createDefault();
    assertThat(registry.getCoder(Batch.class)).isEqualTo(BatchCoder.of());
    assertThat(registry.getCoder(Failure.class)).isEqualTo(FailureCoder.of());
  }

  @Test
  void failuresAreTheSameBehindTheCoder() throws Exception {
    Failure one = new Failure("a@1", "", "module", "f", "größe \ud83d\ude00");
    Failure two = new Failure("a@1", "", "modul", "ef", "größe \ud83d\ude00");
    CoderProperties.coderDecodeEncodeEqual(FailureCoder.of(), one);
    CoderProperties.coderConsistentWithEquals(FailureCoder.of(), one, two);
    CoderProperties.coderDeterministic(
        FailureCoder.of(), one, new Failure("a@1", "", "module", "f", one.reason()));
    FailureCoder.of().verifyDeterministic();
  }

  @Test
  void batchesLieBehindEachOther() throws Exception {
    Batch one = new RandomBatches(7).next(8);
    Batch two = new RandomBatches(8).next(8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BatchCoder.of().encode(one, out);
    BatchCoder.of().encode(two, out);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    assertThat(BatchCoder.of().decode(in)).isEqualTo(one);
    assertThat(BatchCoder.of().decode(in)).isEqualTo(two);
    assertThat(in.available()).isZero();
    byte[] cut = Arrays.copyOf(out.toByteArray(), 50);
    assertThatThrownBy(() -> BatchCoder.of().decode(new ByteArrayInputStream(cut)))
        .isInstanceOf(IOException.class);
    byte[] huge = {-1, -1, -1, -1, 7, 1};
    assertThatThrownBy(() -> BatchCoder.of().decode(new ByteArrayInputStream(huge)))
        .isInstanceOf(IOException.class);
  }
}
