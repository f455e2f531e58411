// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The four kinds of TensorFlow's strings, as its ctstring_internal.h lays them out. */
class StringStructsTest {

  @Test
  void everyKindTellsItsLengthAndPlace() {
    ByteBuffer structs = ByteBuffer.allocate(5 * 24).order(ByteOrder.LITTLE_ENDIAN);
    structs.put(0, (byte) (22 << 2));
    structs.putLong(24, 100L << 2 | 1).putLong(24 + 8, 111).putLong(24 + 16, 0x7f00_0000_1234L);
    structs.putInt(48, 30 << 2 | 2).putInt(48 + 4, 72).putInt(48 + 8, 1);
    structs.putLong(72, 40L << 2 | 3).putLong(72 + 8, 0x7e00_0000_5678L);
    StringStructs strings = new StringStructs(structs, 0x7d00_0000_0000L, 5);
    assertThat(strings.offsets()).containsExactly(0, 22, 122, 152, 192, 192);
    assertThat(strings.address(0)).isEqualTo(0x7d00_0000_0001L);
    assertThat(strings.address(1)).isEqualTo(0x7f00_0000_1234L);
    assertThat(strings.address(2)).isEqualTo(0x7d00_0000_0000L + 48 + 72);
    assertThat(strings.address(3)).isEqualTo(0x7e00_0000_5678L);
  }
}
