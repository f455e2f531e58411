// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.proto.Feature;
import org.hubbeam.proto.FeaturePresence;
import org.hubbeam.proto.FeatureType;
import org.hubbeam.proto.FixedShape;
import org.hubbeam.proto.IntDomain;
import org.hubbeam.proto.Path;
import org.hubbeam.proto.Schema;
import org.hubbeam.proto.SparseFeature;
import org.hubbeam.proto.TensorRepresentation;
import org.hubbeam.proto.TensorRepresentation.RaggedTensor;
import org.hubbeam.proto.TensorRepresentation.RaggedTensor.Partition;
import org.hubbeam.proto.TensorRepresentationGroup;

/** A {@link BatchSchema} as the text of TensorFlow Metadata's schema, both ways. */
final class SchemaText {

  private static final String FEATURE_LIST =
      "a feature list NAME of tf.SequenceExample is here a ragged tensor NAME, with the feature"
          + " path NAME$ragged_values and a partition with the row length NAME$row_lengths_1";

  private SchemaText() {}

  static String print(BatchSchema schema) {
    Schema.Builder proto = Schema.newBuilder();
    TensorRepresentationGroup.Builder ragged = TensorRepresentationGroup.newBuilder();
    for (ArraySpec column : schema.columns()) {
      switch (column.layout()) {
        case DENSE ->
            proto.addFeature(
                SchemaAnnotations.put(
                        schema.domain(column.name()), feature(column.name(), column.dtype()))
                    .setPresence(FeaturePresence.newBuilder().setMinFraction(1))
                    .setShape(shape(column.shape().dims())));
        case RAGGED -> addRagged(column, schema.domain(column.name()), proto, ragged);
        case SPARSE -> addSparse(column, schema.domain(column.name()), proto);
      }
    }
    if (ragged.getTensorRepresentationCount() > 0) {
      proto.putTensorRepresentationGroup("", ragged.build());
    }
    if (!schema.vocabularies().isEmpty()) {
      proto.setAnnotation(SchemaAnnotations.print(schema.vocabularies()));
    }
    return TextFormat.printer().printToString(proto.build());
  }

  private static void addRagged(
      ArraySpec column,
      ColumnDomain domain,
      Schema.Builder proto,
      TensorRepresentationGroup.Builder group) {
    SchemaColumns.RaggedShape shape = SchemaColumns.RaggedShape.of(column);
    if (shape.levels() == 1 && shape.inner().isEmpty()) {
      proto.addFeature(SchemaAnnotations.put(domain, feature(column.name(), column.dtype())));
      return;
    }
    String values = ColumnNames.raggedValues(column.name());
    RaggedTensor.Builder tensor =
        RaggedTensor.newBuilder().setFeaturePath(Path.newBuilder().addStep(values));
    proto.addFeature(SchemaAnnotations.put(domain, feature(values, column.dtype())));
    for (int level = 1; level < shape.levels(); level++) {
      String lengths = ColumnNames.rowLengths(column.name(), level);
      proto.addFeature(feature(lengths, DType.INT64));
      tensor.addPartition(Partition.newBuilder().setRowLength(lengths));
    }
    for (long dim : shape.inner()) {
      tensor.addPartition(Partition.newBuilder().setUniformRowLength(dim));
    }
    group.putTensorRepresentation(
        column.name(), TensorRepresentation.newBuilder().setRaggedTensor(tensor).build());
  }

  /** As tf.Transform writes it: the ranges of the indices are the shape. */
  private static void addSparse(ArraySpec column, ColumnDomain domain, Schema.Builder proto) {
    String values = ColumnNames.sparseValues(column.name());
    SparseFeature.Builder sparse =
        SparseFeature.newBuilder()
            .setName(column.name())
            .setValueFeature(SparseFeature.ValueFeature.newBuilder().setName(values))
            .setIsSorted(true);
    for (int dim = 0; dim < column.shape().rank() - 1; dim++) {
      String index = ColumnNames.sparseIndices(column.name(), dim);
      Feature.Builder indices = feature(index, DType.INT64);
      long size = column.shape().dim(dim + 1);
      if (size > 0) {
        indices.setIntDomain(SchemaAnnotations.domain(new IntRange(0, size - 1, false)));
      }
      proto.addFeature(indices);
      sparse.addIndexFeature(SparseFeature.IndexFeature.newBuilder().setName(index));
    }
    proto
        .addFeature(SchemaAnnotations.put(domain, feature(values, column.dtype())))
        .addSparseFeature(sparse);
  }

  private static Feature.Builder feature(String name, DType dtype) {
    FeatureType type =
        switch (dtype) {
          case STRING -> FeatureType.BYTES;
          case FLOAT32 -> FeatureType.FLOAT;
          case INT64 -> FeatureType.INT;
          default ->
              throw new IllegalArgumentException(
                  "column '" + name + "' is " + dtype + ", which tf.Example has not");
        };
    return Feature.newBuilder().setName(name).setType(type);
  }

  private static FixedShape shape(List<Long> dims) {
    FixedShape.Builder shape = FixedShape.newBuilder();
    for (long dim : dims.subList(1, dims.size())) {
      shape.addDim(FixedShape.Dim.newBuilder().setSize(dim));
    }
    return shape.build();
  }

  static BatchSchema parse(String text) {
    Schema.Builder builder = Schema.newBuilder();
    try {
      SchemaAnnotations.PARSER.merge(text, builder);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException("this is no schema.pbtxt: " + e.getMessage(), e);
    }
    Schema proto = builder.build();
    Map<String, Feature> features = new LinkedHashMap<>();
    for (Feature feature : proto.getFeatureList()) {
      if (features.put(feature.getName(), feature) != null) {
        throw new IllegalArgumentException(
            "the feature '" + Printable.line(feature.getName()) + "' is there twice");
      }
    }
    Map<String, ArraySpec> first = new HashMap<>();
    Set<String> used = new HashSet<>();
    for (SparseFeature sparse : proto.getSparseFeatureList()) {
      ArraySpec column = sparse(sparse, features, used);
      first.put(sparse.getValueFeature().getName(), column);
    }
    for (TensorRepresentationGroup group : proto.getTensorRepresentationGroupMap().values()) {
      group
          .getTensorRepresentationMap()
          .forEach(
              (name, tensor) -> {
                if (tensor.hasRaggedTensor()) {
                  ArraySpec column = ragged(name, tensor.getRaggedTensor(), features, used);
                  first.put(tensor.getRaggedTensor().getFeaturePath().getStep(0), column);
                }
              });
    }
    List<ArraySpec> columns = new ArrayList<>();
    Map<String, ColumnDomain> domains = new LinkedHashMap<>();
    features.forEach(
        (name, feature) -> {
          if (first.containsKey(name) || !used.contains(name)) {
            ArraySpec column = first.containsKey(name) ? first.get(name) : plain(feature);
            columns.add(column);
            domains.put(column.name(), SchemaAnnotations.domain(feature));
          }
        });
    return new BatchSchema(columns, domains, SchemaAnnotations.parse(proto.getAnnotation()));
  }

  private static ArraySpec plain(Feature feature) {
    boolean fixed = feature.hasShape();
    Shape shape = fixed ? new Shape(row(feature)) : Shape.of(-1, -1);
    return new ArraySpec(
        feature.getName(), dtype(feature), shape, fixed ? Layout.DENSE : Layout.RAGGED);
  }

  private static List<Long> row(Feature feature) {
    List<Long> dims = dims(feature.getShape());
    RowSize.fault(dims)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(
                  "the shape of the feature '" + Printable.line(feature.getName()) + "' " + fault);
            });
    return dims;
  }

  private static ArraySpec sparse(
      SparseFeature sparse, Map<String, Feature> features, Set<String> used) {
    String name = sparse.getName();
    String values = sparse.getValueFeature().getName();
    Feature feature = expect(name, values, ColumnNames.sparseValues(name), features, used);
    List<Feature> indices = new ArrayList<>();
    for (int dim = 0; dim < sparse.getIndexFeatureCount(); dim++) {
      String index = sparse.getIndexFeature(dim).getName();
      indices.add(expect(name, index, ColumnNames.sparseIndices(name, dim), features, used));
    }
    List<Long> dims = sparse.hasDenseShape() ? dims(sparse.getDenseShape()) : List.of(-1L);
    if (!sparse.hasDenseShape()) {
      dims = new ArrayList<>(dims);
      for (Feature index : indices) {
        IntDomain range = index.getIntDomain();
        dims.add(range.hasMax() ? range.getMax() + 1 : -1L);
      }
    }
    if (dims.size() != sparse.getIndexFeatureCount() + 1) {
      throw new IllegalArgumentException(
          "the sparse feature '" + name + "' has other numbers of dimensions and of indices");
    }
    return new ArraySpec(name, dtype(feature), new Shape(dims), Layout.SPARSE);
  }

  private static ArraySpec ragged(
      String name, RaggedTensor tensor, Map<String, Feature> features, Set<String> used) {
    List<Long> dims = new ArrayList<>(List.of(-1L, -1L));
    boolean plain = tensor.getPartitionCount() == 0;
    if (tensor.getFeaturePath().getStepCount() != 1) {
      throw new IllegalArgumentException(
          "the ragged tensor '" + name + "' is in a structure; " + FEATURE_LIST);
    }
    String values = tensor.getFeaturePath().getStep(0);
    String expected = plain ? name : ColumnNames.raggedValues(name);
    Feature feature = expect(name, values, expected, features, used);
    for (Partition partition : tensor.getPartitionList()) {
      if (partition.hasUniformRowLength()) {
        dims.add(partition.getUniformRowLength());
        continue;
      }
      if (dims.get(dims.size() - 1) >= 0) {
        throw new IllegalArgumentException(
            "the ragged tensor '" + name + "' has a ragged dimension inside a fixed one");
      }
      String lengths = ColumnNames.rowLengths(name, dims.size() - 1);
      expect(name, partition.getRowLength(), lengths, features, used);
      dims.add(-1L);
    }
    return new ArraySpec(name, dtype(feature), new Shape(dims), Layout.RAGGED);
  }

  private static Feature expect(
      String column,
      String found,
      String expected,
      Map<String, Feature> features,
      Set<String> used) {
    Feature feature = features.get(found);
    if (!found.equals(expected) || feature == null) {
      throw new IllegalArgumentException(
          "the column '"
              + column
              + "' is over the feature '"
              + found
              + "'; expected '"
              + expected
              + "', one of the features "
              + features.keySet());
    }
    used.add(found);
    return feature;
  }

  private static List<Long> dims(FixedShape shape) {
    List<Long> dims = new ArrayList<>(Collections.singletonList(-1L));
    shape.getDimList().forEach(dim -> dims.add(dim.getSize()));
    return dims;
  }

  private static DType dtype(Feature feature) {
    return switch (feature.getType()) {
      case BYTES -> DType.STRING;
      case INT -> DType.INT64;
      case FLOAT -> DType.FLOAT32;
      default ->
          throw new IllegalArgumentException(
              "the feature '"
                  + feature.getName()
                  + "' has the type "
                  + feature.getType()
                  + (feature.getName().equals("##SEQUENCE##") ? "; " + FEATURE_LIST : ""));
    };
  }
}
