// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.DataType;

/** The weights that the shards of a folder hold. */
final class StoredWeights {

  private final Path folder;

  StoredWeights(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads all weights.
   *
   * @throws ConversionException when a shard is missing, or sizes do not add up
   */
  Map<String, Array.Dense> read(JsonNode manifest) throws IOException {
    Map<String, Array.Dense> weights = new HashMap<>();
    for (JsonNode group : manifest) {
      ByteBuffer bytes = shards(group.path("paths"));
      for (JsonNode weight : group.path("weights")) {
        String name = weight.path("name").asText();
        if (weights.put(name, weight(name, weight, bytes)) != null) {
          throw new ConversionException("the manifest names the weight '" + name + "' twice");
        }
      }
      if (bytes.hasRemaining()) {
        throw new ConversionException(
            "the shards have " + bytes.remaining() + " bytes more than the manifest tells of");
      }
    }
    return weights;
  }

  private ByteBuffer shards(JsonNode paths) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (JsonNode path : paths) {
      String name = path.asText();
      if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
        throw new ConversionException("the shard '" + name + "' is not a file of the folder");
      }
      try {
        all.write(Files.readAllBytes(folder.resolve(name)));
      } catch (NoSuchFileException e) {
        throw new ConversionException("the shard " + name + " is missing", e);
      }
    }
    return ByteBuffer.wrap(all.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Array.Dense weight(String name, JsonNode json, ByteBuffer bytes) {
    List<Long> dims = new ArrayList<>();
    long size = 1;
    for (JsonNode dim : json.path("shape")) {
      if (dim.asLong(-1) < 0) {
        throw new ConversionException("the weight '" + name + "' has a dimension " + dim);
      }
      dims.add(dim.asLong());
      size = Math.multiplyExact(size, dim.asLong());
    }
    JsonNode quantization = json.path("quantization");
    String stored = quantization.path("dtype").asText(json.path("dtype").asText());
    int width =
        switch (stored) {
          case "float32", "int32", "string" -> 4;
          case "complex64" -> 8;
          case "float16", "uint16" -> 2;
          case "bool", "uint8" -> 1;
          default ->
              throw new ConversionException(
                  "the weight '" + name + "' has the dtype '" + stored + "'");
        };
    if (Math.multiplyExact(size, width) > bytes.remaining()) {
      throw new ConversionException(
          "the shards end within the weight '" + name + "': they are damaged, or one is missing");
    }
    int count = Math.toIntExact(size);
    return new Array.Dense(
        dims,
        stored.equals("string")
            ? strings(name, count, bytes)
            : values(stored, count, bytes, quantization));
  }

  private static Values strings(String name, int count, ByteBuffer bytes) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new ConversionException("the shards end within the weight '" + name + "'");
      }
      byte[] value = new byte[length];
      bytes.get(value);
      values.add(value);
    }
    return Values.ofBytes(values);
  }

  /** The values of a weight, of as many bytes as it takes. */
  static Values values(String stored, int count, ByteBuffer bytes, JsonNode meaning) {
    switch (stored) {
      case "uint8", "uint16" -> {
        double scale = meaning.path("scale").asDouble(Double.NaN);
        double min = meaning.path("min").asDouble(Double.NaN);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          int step = stored.equals("uint8") ? bytes.get() & 0xff : bytes.getShort() & 0xffff;
          floats[i] = (float) (step * scale + min);
        }
        return Values.of(floats);
      }
      case "float16" -> {
        byte[] halves = new byte[count * Short.BYTES];
        bytes.get(halves);
        return Values.of(new Values.Numbers(DType.FLOAT16, halves).roundedToFloats());
      }
      default -> {
        DType type = DType.of(stored);
        byte[] numbers = new byte[count * type.bytes()];
        bytes.get(numbers);
        return new Values.Numbers(type, numbers);
      }
    }
  }

  /** A weight in the type that its node declares. */
  static Array.Dense cast(Array.Dense weight, DataType type) {
    DType wanted = DType.of(type);
    if (wanted == weight.dtype()) {
      return weight;
    }
    if (!(weight.values() instanceof Values.Numbers numbers) || wanted.isOpaque()) {
      throw new ConversionException("a weight of " + weight.dtype() + " cannot be " + wanted);
    }
    ByteBuffer out =
        ByteBuffer.allocate(numbers.size() * wanted.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.size(); i++) {
      switch (wanted) {
        case FLOAT64 -> out.putDouble(numbers.getDouble(i));
        case FLOAT32 -> out.putFloat((float) numbers.getDouble(i));
        case FLOAT16 ->
            out.putShort(org.hubbeam.batch.Halves.fromFloat((float) numbers.getDouble(i)));
        case BFLOAT16 ->
            out.putShort(org.hubbeam.batch.Halves.bfloatFromFloat((float) numbers.getDouble(i)));
        case INT64, UINT64 -> out.putLong(numbers.getLong(i));
        case INT32, UINT32 -> out.putInt((int) numbers.getLong(i));
        case INT16, UINT16 -> out.putShort((short) numbers.getLong(i));
        case INT8, UINT8, BOOL -> out.put((byte) numbers.getLong(i));
        default ->
            throw new ConversionException("a weight of " + weight.dtype() + " cannot be " + wanted);
      }
    }
    return new Array.Dense(weight.dims(), new Values.Numbers(wanted, out.array()));
  }
}
