// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hubbeam.proto.Annotation;
import org.hubbeam.proto.BucketBoundaries;
import org.hubbeam.proto.Feature;
import org.hubbeam.proto.IntDomain;
import org.hubbeam.proto.VocabularyMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Domains and what tf.Transform notes beside them, both ways. Notes are written as type and bytes,
 * never spelled out: tf.Transform as it is published does not know its own notes, and its reader
 * fails at those that are spelled out.
 */
final class SchemaAnnotations {

  static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder()
          .setAllowUnknownFields(true)
          .setTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(BucketBoundaries.getDescriptor())
                  .add(VocabularyMetadata.getDescriptor())
                  .build())
          .build();

  private static final Pattern PACKED = Pattern.compile("packed:([a-z0-9]+)((?::[0-9]+)++)");

  private SchemaAnnotations() {}

  /** Puts what is known of a column's values into the feature that has them. */
  static Feature.Builder put(ColumnDomain domain, Feature.Builder feature) {
    if (domain.range() != null) {
      feature.setIntDomain(domain(domain.range()));
    }
    if (!domain.boundaries().isEmpty()) {
      BucketBoundaries boundaries =
          BucketBoundaries.newBuilder().addAllBoundaries(domain.boundaries()).build();
      feature.getAnnotationBuilder().addExtraMetadata(Any.pack(boundaries));
    }
    if (domain.packed() != null) {
      feature.getAnnotationBuilder().addTag(tag(domain.packed()));
    }
    return feature;
  }

  static IntDomain.Builder domain(IntRange range) {
    IntDomain.Builder domain = IntDomain.newBuilder();
    if (range.min() > Long.MIN_VALUE) {
      domain.setMin(range.min());
    }
    if (range.max() < Long.MAX_VALUE) {
      domain.setMax(range.max());
    }
    return range.categorical() ? domain.setIsCategorical(true) : domain;
  }

  /** What a feature tells of its values. */
  static ColumnDomain domain(Feature feature) {
    ColumnDomain domain = ColumnDomain.UNKNOWN;
    if (feature.hasIntDomain()) {
      IntDomain range = feature.getIntDomain();
      domain =
          domain.withRange(
              new IntRange(
                  range.hasMin() ? range.getMin() : Long.MIN_VALUE,
                  range.hasMax() ? range.getMax() : Long.MAX_VALUE,
                  range.getIsCategorical()));
    }
    domain = domain.withPacked(packed(feature.getAnnotation().getTagList()));
    for (Any note : feature.getAnnotation().getExtraMetadataList()) {
      Optional<BucketBoundaries> found = unpack(note, BucketBoundaries.getDefaultInstance());
      if (found.isPresent()) {
        domain = domain.withBoundaries(found.get().getBoundariesList());
      }
    }
    return domain;
  }

  /** {@code packed:int8:64}. */
  private static String tag(PackedValues packed) {
    return "packed:"
        + packed.dtype()
        + packed.dims().stream().map(d -> ":" + d).collect(Collectors.joining());
  }

  /** What such a tag says; null without one. */
  private static @Nullable PackedValues packed(List<String> tags) {
    for (String tag : tags) {
      Matcher found = PACKED.matcher(tag);
      if (found.matches()) {
        List<Long> dims =
            Arrays.stream(found.group(2).substring(1).split(":", -1)).map(Long::valueOf).toList();
        return new PackedValues(DType.of(found.group(1)), dims);
      }
    }
    return null;
  }

  static Annotation print(List<org.hubbeam.batch.VocabularyMetadata> vocabularies) {
    Annotation.Builder annotation = Annotation.newBuilder();
    for (org.hubbeam.batch.VocabularyMetadata vocabulary : vocabularies) {
      annotation.addExtraMetadata(
          Any.pack(
              VocabularyMetadata.newBuilder()
                  .setFileName(vocabulary.file())
                  .setUnfilteredVocabularySize(vocabulary.unfilteredSize())
                  .setFilteredVocabularySize(vocabulary.filteredSize())
                  .build()));
    }
    return annotation.build();
  }

  static List<org.hubbeam.batch.VocabularyMetadata> parse(Annotation annotation) {
    List<org.hubbeam.batch.VocabularyMetadata> vocabularies = new ArrayList<>();
    for (Any note : annotation.getExtraMetadataList()) {
      unpack(note, VocabularyMetadata.getDefaultInstance())
          .ifPresent(
              v ->
                  vocabularies.add(
                      new org.hubbeam.batch.VocabularyMetadata(
                          v.getFileName(),
                          v.getUnfilteredVocabularySize(),
                          v.getFilteredVocabularySize())));
    }
    return vocabularies;
  }

  /** The message in a note, where it is of this kind, under whatever prefix its type has. */
  private static <M extends Message> Optional<M> unpack(Any note, M kind) {
    String type = note.getTypeUrl();
    if (!type.substring(type.lastIndexOf('/') + 1)
        .endsWith("tensorflow_transform.annotations." + kind.getDescriptorForType().getName())) {
      return Optional.empty();
    }
    try {
      @SuppressWarnings("unchecked")
      M message = (M) kind.getParserForType().parseFrom(note.getValue());
      return Optional.of(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "this is no schema.pbtxt: the bytes of a " + type + " are damaged", e);
    }
  }
}
