// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.util.Random;
import org.hubbeam.benchmarks.micro.Micro;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The checksum of a record's length, a short record, a record with 128 floats, and a large one. */
public class MaskedCrcBench extends Micro {

  /** The input. */
  @Param({"8", "80", "600", "65536"})
  private int length;

  private final MaskedCrc crc = new MaskedCrc();
  private byte[] bytes;

  /** Makes bytes. */
  @Setup
  public void prepare() {
    bytes = new byte[length];
    new Random(1).nextBytes(bytes);
  }

  /** The masked CRC32C. */
  @Benchmark
  public int sum() {
    return crc.of(bytes, 0, length);
  }
}
