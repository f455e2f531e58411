// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * What a checkpoint tells of its tensors, read without TensorFlow.
 *
 * @see Checkpoint
 */
final class CheckpointIndex {

  private static final int MOST_SHARDS = 1_000_000;

  private final Path prefix;
  private final int shards;
  private final Map<String, BundleEntryProto> entries = new LinkedHashMap<>();

  private CheckpointIndex(Path prefix, BundleHeaderProto header) {
    this.prefix = prefix;
    this.shards = header.getNumShards();
    if (shards < 1 || shards > MOST_SHARDS) {
      throw new Flaw("it tells of " + shards + " files");
    }
    if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
      throw new Flaw("its numbers are not in this machine's order of bytes");
    }
  }

  /**
   * Reads an index and checks what it tells of each tensor.
   *
   * @param prefix the start of the names of the checkpoint's files
   * @throws Flaw when it is broken
   */
  static CheckpointIndex read(Path prefix) {
    Path file = prefix.resolveSibling(prefix.getFileName() + ".index");
    try {
      CheckpointIndex index = null;
      for (SortedTable.Entry entry :
          SortedTable.read(ByteString.copyFrom(Files.readAllBytes(file)))) {
        if (index == null) {
          if (!entry.key().isEmpty()) {
            throw new Flaw("it does not begin with a header");
          }
          index = new CheckpointIndex(prefix, BundleHeaderProto.parseFrom(entry.value()));
        } else {
          index.add(entry.key().toStringUtf8(), BundleEntryProto.parseFrom(entry.value()));
        }
      }
      if (index == null) {
        throw new Flaw("it is empty");
      }
      return index;
    } catch (Flaw e) {
      throw e.in("the index of the checkpoint");
    } catch (InvalidProtocolBufferException e) {
      throw new Flaw("the index of the checkpoint: an entry is broken");
    } catch (IOException e) {
      throw new Flaw("the index of the checkpoint cannot be read");
    }
  }

  private void add(String key, BundleEntryProto entry) {
    try {
      ValueCheck.valueDtype(entry.getDtypeValue());
      long elements = ValueCheck.fullShape(entry.getShape());
      if (entry.getOffset() < 0 || entry.getSize() < 0) {
        throw new Flaw("has " + entry.getSize() + " bytes at " + entry.getOffset());
      }
      if (entry.getShardId() < 0 || entry.getShardId() >= shards) {
        throw new Flaw("is in the file " + entry.getShardId() + " of " + shards);
      }
      boolean whole = entry.getSlicesCount() == 0;
      if (whole && !ValueCheck.fits(entry.getDtype(), elements, entry.getSize())) {
        throw new Flaw(
            elements + " values of " + entry.getDtype() + " have " + entry.getSize() + " bytes");
      }
    } catch (Flaw e) {
      throw e.in("the tensor " + Flaw.name(key));
    }
    entries.put(key, entry);
  }

  /** What is told of a tensor; null when the checkpoint does not have it. */
  @Nullable BundleEntryProto entry(String key) {
    return entries.get(key);
  }

  /**
   * The objects that the values belong to.
   *
   * @return null when the file that tells of them is not there, or is cut off
   * @throws Flaw when they are broken
   */
  @Nullable TrackableObjectGraph objects() {
    BundleEntryProto entry = entries.get(Checkpoint.OBJECT_GRAPH);
    if (entry == null || entry.getDtype() != DataType.DT_STRING) {
      throw new Flaw("the checkpoint lacks its object graph");
    }
    ByteString bytes = bytes(entry);
    if (bytes == null) {
      return null;
    }
    try {
      CodedInputStream in = bytes.newCodedInput();
      long length = in.readRawVarint64();
      int start = in.getTotalBytesRead() + Integer.BYTES;
      if (length < 0 || length != bytes.size() - start) {
        throw new Flaw("the object graph of the checkpoint has a wrong length");
      }
      TrackableObjectGraph objects = TrackableObjectGraph.parseFrom(bytes.substring(start));
      check(objects);
      return objects;
    } catch (IOException e) {
      throw new Flaw("the object graph of the checkpoint is broken");
    }
  }

  private static void check(TrackableObjectGraph objects) {
    int count = objects.getNodesCount();
    for (int id = 0; id < count; id++) {
      for (var child : objects.getNodes(id).getChildrenList()) {
        if (child.getNodeId() < 0 || child.getNodeId() >= count) {
          throw new Flaw(
              "object "
                  + id
                  + " of the checkpoint refers to object "
                  + child.getNodeId()
                  + ", but there are "
                  + count);
        }
      }
    }
    if (count == 0) {
      throw new Flaw("the object graph of the checkpoint is empty");
    }
  }

  private @Nullable ByteString bytes(BundleEntryProto entry) {
    Path file =
        prefix.resolveSibling(
            String.format(
                "%s.data-%05d-of-%05d", prefix.getFileName(), entry.getShardId(), shards));
    try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "r")) {
      if (entry.getSize() > Integer.MAX_VALUE - Long.BYTES
          || entry.getSize() > data.length() - entry.getOffset()) {
        return null;
      }
      byte[] bytes = new byte[(int) entry.getSize()];
      data.seek(entry.getOffset());
      data.readFully(bytes);
      return ByteString.copyFrom(bytes);
    } catch (IOException e) {
      return null; // who restores the values says so, with the names of all files
    }
  }
}
