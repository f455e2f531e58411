// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Copies of a message, each with one thing changed: a number, a text or bytes that are wrong, an
 * element left out or there twice, a field that is empty.
 */
final class Mutants {

  private static final List<Long> NUMBERS =
      List.of(-1L, 0L, 1L, 77L, 1L << 40, Long.MAX_VALUE, (long) Integer.MIN_VALUE);

  private static final List<String> TEXTS =
      List.of(
          "",
          "\0",
          "x:99999999999",
          "x:-1",
          ":0",
          "^",
          "..",
          "a\nb",
          "\u202e\u001b[2J",
          "no_such_thing",
          "x".repeat(5000));

  private static final List<ByteString> BYTES =
      List.of(ByteString.EMPTY, ByteString.copyFrom(new byte[3]), ByteString.fromHex("ffffffff7f"));

  private Mutants() {}

  /** The number of copies. */
  static int count(Message message) {
    int count = 0;
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      count += count(field.getKey(), field.getValue());
    }
    return count;
  }

  private static int count(FieldDescriptor field, Object value) {
    if (!field.isRepeated()) {
      return 1 + changes(field, value);
    }
    int count = 1;
    for (Object element : (Collection<?>) value) {
      count += 2 + changes(field, element);
    }
    return count;
  }

  private static int changes(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case INT, LONG, ENUM -> NUMBERS.size();
      case STRING -> TEXTS.size();
      case BYTE_STRING -> BYTES.size();
      case BOOLEAN, FLOAT, DOUBLE -> 1;
      case MESSAGE -> 1 + count((Message) value);
    };
  }

  /**
   * One of the copies.
   *
   * @param place where it differs is appended here
   */
  static Message get(Message message, int number, StringBuilder place) {
    int left = number;
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      int count = count(field, entry.getValue());
      if (left < count) {
        place.append('/').append(field.getName());
        Message.Builder out = message.toBuilder();
        return left == 0
            ? out.clearField(field).build()
            : out.setField(field, changed(field, entry.getValue(), left - 1, place)).build();
      }
      left -= count;
    }
    throw new IllegalArgumentException("there are not so many: " + number);
  }

  private static Object changed(
      FieldDescriptor field, Object value, int number, StringBuilder place) {
    if (!field.isRepeated()) {
      return change(field, value, number, place);
    }
    List<Object> elements = new ArrayList<>((Collection<?>) value);
    int left = number;
    for (int i = 0; i < elements.size(); i++) {
      int count = 2 + changes(field, elements.get(i));
      if (left < count) {
        place.append('[').append(i).append(']');
        switch (left) {
          case 0 -> elements.remove(i);
          case 1 -> elements.add(elements.get(i));
          default -> elements.set(i, change(field, elements.get(i), left - 2, place));
        }
        return elements;
      }
      left -= count;
    }
    throw new IllegalArgumentException("there are not so many: " + number);
  }

  private static Object change(
      FieldDescriptor field, Object value, int number, StringBuilder place) {
    return switch (field.getJavaType()) {
      case INT -> NUMBERS.get(number).intValue();
      case LONG -> NUMBERS.get(number);
      case ENUM ->
          field.getEnumType().findValueByNumberCreatingIfUnknown(NUMBERS.get(number).intValue());
      case STRING -> TEXTS.get(number);
      case BYTE_STRING -> BYTES.get(number);
      case BOOLEAN -> !(Boolean) value;
      case FLOAT -> Float.NaN;
      case DOUBLE -> Double.NaN;
      case MESSAGE ->
          number == 0
              ? ((Message) value).getDefaultInstanceForType()
              : get((Message) value, number - 1, place);
    };
  }
}
