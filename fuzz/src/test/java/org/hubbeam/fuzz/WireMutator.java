// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Changes a field of a protocol buffer, whatever its message type; lengths stay right. */
final class WireMutator {

  private static final int DEEPEST = 40;
  private static final int MOST_BYTES = 1 << 17;

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    64,
    77,
    99,
    255,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "\0",
          "a:99999999999",
          "^",
          ":0",
          "../../x",
          "é\u202e",
          "\u001b[2J",
          "x".repeat(5000));

  private final Random random;

  WireMutator(Random random) {
    this.random = random;
  }

  /** A field: a number, or the bytes of a text or message. */
  private static final class Field {
    private int tag;
    private long number;
    private byte[] bytes = new byte[0];
    private List<Field> fields = List.of();
  }

  /** The same message with a change; the same bytes where they are none. */
  byte[] change(byte[] bytes) {
    List<Field> root = fields(bytes, 0);
    if (root.isEmpty()) {
      return bytes;
    }
    List<List<Field>> messages = new ArrayList<>();
    collect(root, messages);
    List<Field> message = messages.get(random.nextInt(messages.size()));
    List<Field> other = messages.get(random.nextInt(messages.size()));
    int at = random.nextInt(message.size());
    change(message, at, other.get(random.nextInt(other.size())));
    return bytes(root);
  }

  private void change(List<Field> message, int at, Field other) {
    Field field = message.get(at);
    switch (random.nextInt(8)) {
      case 0 -> message.remove(at);
      case 1 -> {
        int most = MOST_BYTES / (1 + bytes(field).length);
        message.addAll(at, Collections.nCopies(Math.min(1 << random.nextInt(10), most), field));
      }
      case 2 -> message.add(at, flat(other.tag, bytes(other), other.number));
      case 3 -> {
        field.number = other.number;
        field.bytes = bytes(other);
        field.fields = List.of();
      }
      case 4 -> field.tag = WireFormat.getTagWireType(field.tag) | (1 + random.nextInt(20)) << 3;
      case 5 -> nest(field);
      default -> {
        field.number =
            random.nextInt(4) == 0
                ? field.number + random.nextInt(5) - 2
                : NUMBERS[random.nextInt(NUMBERS.length)];
        if (field.fields.isEmpty() || random.nextInt(4) == 0) {
          field.bytes = TEXTS.get(random.nextInt(TEXTS.size())).getBytes(StandardCharsets.UTF_8);
          field.fields = List.of();
        }
      }
    }
  }

  /** Puts a message into itself, many times. */
  private void nest(Field field) {
    byte[] inner = bytes(field);
    for (int i = 1 << random.nextInt(9); i > 0 && inner.length < MOST_BYTES; i--) {
      inner = bytes(List.of(flat(field.tag, inner, 0)));
    }
    field.bytes = inner;
    field.fields = List.of();
  }

  private static Field flat(int tag, byte[] bytes, long number) {
    Field field = new Field();
    field.tag = tag;
    field.bytes = bytes;
    field.number = number;
    return field;
  }

  private static void collect(List<Field> message, List<List<Field>> into) {
    if (!message.isEmpty()) {
      into.add(message);
      message.forEach(f -> collect(f.fields, into));
    }
  }

  private static List<Field> fields(byte[] bytes, int depth) {
    List<Field> fields = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        Field field = new Field();
        field.tag = tag;
        switch (WireFormat.getTagWireType(tag)) {
          case WireFormat.WIRETYPE_VARINT -> field.number = in.readRawVarint64();
          case WireFormat.WIRETYPE_FIXED32 -> field.number = in.readRawLittleEndian32();
          case WireFormat.WIRETYPE_FIXED64 -> field.number = in.readRawLittleEndian64();
          case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
            field.bytes = in.readByteArray();
            field.fields = depth < DEEPEST ? fields(field.bytes, depth + 1) : List.of();
          }
          default -> {
            return List.of();
          }
        }
        fields.add(field);
      }
      return fields;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static byte[] bytes(Field field) {
    return field.fields.isEmpty() ? field.bytes : bytes(field.fields);
  }

  private static byte[] bytes(List<Field> fields) {
    List<byte[]> parts = new ArrayList<>();
    int size = 0;
    for (Field field : fields) {
      boolean nested = WireFormat.getTagWireType(field.tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      byte[] content = nested ? bytes(field) : new byte[0];
      byte[] head = head(field, content.length);
      parts.add(head);
      parts.add(content);
      size += head.length + content.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    parts.forEach(all::put);
    return all.array();
  }

  /** The tag, and the number or the number of bytes that follow. */
  private static byte[] head(Field field, int length) {
    byte[] head = new byte[20];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      out.writeUInt32NoTag(field.tag);
      switch (WireFormat.getTagWireType(field.tag)) {
        case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(field.number);
        case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag((int) field.number);
        case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(field.number);
        default -> out.writeUInt32NoTag(length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.copyOf(head, head.length - out.spaceLeft());
  }
}
