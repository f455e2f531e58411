// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.TensorProtos;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Collects the weights of a graph model: their entries of the manifest, and their bytes. */
final class Weights {

  static final int SHARD = 4 << 20;

  private final ArrayNode entries = JsonNodeFactory.instance.arrayNode();
  private final List<byte[]> blocks = new ArrayList<>();
  private final Quantization quantization;

  Weights(Quantization quantization) {
    this.quantization = quantization;
  }

  /** The names of the weights of 32-bit floats that a model will have. */
  static List<String> floats(GraphModel model) {
    List<String> names = new ArrayList<>();
    model.graph().getNodeList().stream()
        .filter(Weights::isFloats)
        .forEach(n -> names.add(n.getName()));
    for (FunctionDef function : model.graph().getLibrary().getFunctionList()) {
      String scope = function.getSignature().getName() + "/";
      function.getNodeDefList().stream()
          .filter(Weights::isFloats)
          .forEach(n -> names.add(scope + n.getName()));
    }
    return names;
  }

  /** How many bytes all weights of a model take as they are, tables included. */
  static long bytes(GraphModel model) {
    Weights weights = new Weights(Quantization.NONE);
    List<NodeDef> nodes = new ArrayList<>(model.graph().getNodeList());
    model.graph().getLibrary().getFunctionList().forEach(f -> nodes.addAll(f.getNodeDefList()));
    for (NodeDef node : nodes) {
      if (node.getOp().equals("Const")) {
        weights.add("", TensorProtos.decode(node.getAttrOrThrow("value").getTensor()));
      }
    }
    for (Table table : model.tables()) {
      weights.add("", table.keys());
      weights.add("", table.values());
    }
    return weights.blocks.stream().mapToLong(b -> b.length).sum();
  }

  private static boolean isFloats(NodeDef node) {
    return node.getOp().equals("Const")
        && node.getAttrOrThrow("dtype").getType() == DataType.DT_FLOAT;
  }

  /** Adds the weight of a constant node. */
  void add(String name, Array.Dense value) {
    ObjectNode entry = entries.addObject().put("name", name);
    ArrayNode shape = entry.putArray("shape");
    value.dims().forEach(shape::add);
    DType type = type(value.dtype());
    entry.put("dtype", type == DType.STRING ? "string" : type.toString());
    blocks.add(
        value.values() instanceof Values.Strings strings
            ? strings(strings)
            : type == DType.FLOAT32
                ? quantization.encode(name, floats((Values.Numbers) value.values()), entry)
                : bytes((Values.Numbers) value.values(), type));
  }

  /** Writes the shards; the manifest. */
  ArrayNode write(Path folder) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] block : blocks) {
      all.write(block);
    }
    byte[] bytes = all.toByteArray();
    int shards = Math.max(1, (bytes.length + SHARD - 1) / SHARD);
    ArrayNode manifest = JsonNodeFactory.instance.arrayNode();
    ObjectNode group = manifest.addObject();
    ArrayNode paths = group.putArray("paths");
    for (int i = 0; i < shards; i++) {
      String name = "group1-shard" + (i + 1) + "of" + shards + ".bin";
      int from = i * SHARD;
      int to = Math.min(bytes.length, from + SHARD);
      Files.write(folder.resolve(name), java.util.Arrays.copyOfRange(bytes, from, to));
      paths.add(name);
    }
    group.set("weights", entries);
    return manifest;
  }

  /** The type that the runtime has for one. */
  static DType type(DType type) {
    if (type.isComplex()) {
      return DType.COMPLEX64;
    }
    if (type.isFloating()) {
      return DType.FLOAT32;
    }
    return type.isInteger() ? DType.INT32 : type;
  }

  private static float[] floats(Values.Numbers numbers) {
    return numbers.dtype() == DType.FLOAT32 ? numbers.toFloats() : numbers.roundedToFloats();
  }

  private static byte[] strings(Values.Strings strings) {
    int size = 0;
    for (int i = 0; i < strings.size(); i++) {
      size += Integer.BYTES + strings.length(i);
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < strings.size(); i++) {
      out.putInt(strings.length(i)).put(strings.get(i));
    }
    return out.array();
  }

  private static byte[] bytes(Values.Numbers numbers, DType type) {
    if (numbers.dtype() == type) {
      return numbers.bytes();
    }
    int count = numbers.size();
    if (type == DType.COMPLEX64) {
      ByteBuffer out = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        var value = numbers.getComplex(i);
        out.putFloat((float) value.real()).putFloat((float) value.imaginary());
      }
      return out.array();
    }
    ByteBuffer out = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      out.putInt(Math.toIntExact(numbers.getLong(i)));
    }
    return out.array();
  }
}
