// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.DataType;

/** The weights that the shards of a folder hold. */
final class StoredWeights {

  /** The runtime, too, has all weights in one array. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final Path folder;
  private final Set<String> named = new HashSet<>();

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
    List<Path> files = new ArrayList<>();
    long size = 0;
    for (JsonNode path : paths) {
      Path file = shard(path.asText());
      files.add(file);
      size += Files.size(file);
    }
    if (size > MOST_BYTES) {
      throw new ConversionException(
          "the shards have " + size + " bytes; at most " + MOST_BYTES + " can be read");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    for (Path file : files) {
      try (SeekableByteChannel in = Files.newByteChannel(file)) {
        while (all.hasRemaining() && in.read(all) >= 0) {}
      }
    }
    return all.flip();
  }

  private Path shard(String name) {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) {
      throw new ConversionException("the shard '" + name + "' is not a file of the folder");
    }
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ConversionException("the shard " + name + " is missing");
    }
    if (!named.add(name)) {
      throw new ConversionException("the manifest names the shard " + name + " twice");
    }
    return file;
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
    String dtype = json.path("dtype").asText();
    String stored = quantization.path("dtype").asText(dtype);
    if (json.has("quantization")) {
      requireQuantization(name, stored, quantization);
    }
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
    if (stored.equals("string")) {
      return new Array.Dense(dims, strings(name, count, bytes));
    }
    Values values = values(stored, count, bytes, quantization);
    return new Array.Dense(dims, dtype.equals("int32") ? rounded(values) : values);
  }

  private static void requireQuantization(String name, String stored, JsonNode meaning) {
    boolean steps = stored.equals("uint8") || stored.equals("uint16");
    if (!steps && !stored.equals("float16")) {
      throw new ConversionException(
          "the weight '"
              + name
              + "' is quantised to '"
              + stored
              + "', not to uint8, uint16 or"
              + " float16");
    }
    if (steps && !(meaning.path("min").isNumber() && meaning.path("scale").isNumber())) {
      throw new ConversionException(
          "the weight '" + name + "' is quantised to " + stored + ", but has no min and scale");
    }
  }

  /** As the runtime makes integers of steps. */
  private static Values rounded(Values values) {
    if (!(values instanceof Values.Numbers numbers) || numbers.dtype() != DType.FLOAT32) {
      return values;
    }
    ByteBuffer out =
        ByteBuffer.allocate(numbers.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.size(); i++) {
      out.putInt((int) Math.round(numbers.getDouble(i)));
    }
    return new Values.Numbers(DType.INT32, out.array());
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
        double scale = meaning.path("scale").asDouble();
        double min = meaning.path("min").asDouble();
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
        ByteBuffer.allocate(Math.multiplyExact(numbers.size(), wanted.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
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
        case BOOL -> out.put((byte) (numbers.getLong(i) == 0 ? 0 : 1));
        case INT8, UINT8 -> out.put((byte) numbers.getLong(i));
        default ->
            throw new ConversionException("a weight of " + weight.dtype() + " cannot be " + wanted);
      }
    }
    return new Array.Dense(weight.dims(), new Values.Numbers(wanted, out.array()));
  }
}
