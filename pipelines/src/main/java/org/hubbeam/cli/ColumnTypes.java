// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.ModuleSpec;
import picocli.CommandLine.Option;

/** The option that says of which types columns are. */
@Section(Section.Heading.INPUT)
final class ColumnTypes {

  private static final String LIST = "[]";

  @Option(
      names = "--columnTypes",
      split = ",",
      paramLabel = "NAME:TYPE",
      description =
          "the types of columns: int64, float32, string, bool and so on; float32[] is a list that"
              + " the function takes whole (default: as the function declares them)")
  private List<String> types = new ArrayList<>();

  /** Says which columns have lists that are records by themselves. */
  ModuleSpec lists(ModuleSpec spec) {
    ModuleSpec with = spec;
    for (Map.Entry<String, String> type : parsed().entrySet()) {
      with = type.getValue().endsWith(LIST) ? with.withLists(type.getKey()) : with;
    }
    return with;
  }

  /**
   * Reads columns as they are declared, and as the option says.
   *
   * @param declared what is declared
   */
  BatchSource read(BatchSource source, List<ArraySpec> declared) {
    Map<String, ArraySpec> columns = new LinkedHashMap<>();
    declared.forEach(column -> columns.put(column.name(), column));
    parsed()
        .forEach(
            (name, type) -> {
              source
                  .columns()
                  .filter(names -> !names.contains(name))
                  .ifPresent(
                      names -> {
                        throw new UsageException(
                            "--columnTypes=" + name + ": no such column; the columns are " + names);
                      });
              boolean list = type.endsWith(LIST);
              DType dtype = dtype(name, list ? type.substring(0, type.length() - 2) : type);
              ArraySpec column = columns.get(name);
              columns.put(
                  name,
                  column == null || list
                      ? new ArraySpec(name, dtype, Shape.of(-1, -1), Layout.RAGGED)
                      : new ArraySpec(name, dtype, column.shape(), column.layout()));
            });
    return columns.isEmpty() ? source : source.withColumns(List.copyOf(columns.values()));
  }

  private Map<String, String> parsed() {
    Map<String, String> parsed = new LinkedHashMap<>();
    for (String type : types) {
      int colon = type.lastIndexOf(':');
      if (colon < 1) {
        throw new UsageException(
            "--columnTypes=" + type + " must be NAME:TYPE, such as " + type + ":int64");
      }
      parsed.put(type.substring(0, colon), type.substring(colon + 1).strip());
    }
    return parsed;
  }

  private static DType dtype(String name, String type) {
    try {
      DType dtype = DType.of(type);
      if (dtype.isComplex() || dtype != DType.STRING && dtype.bytes() == 0) {
        throw new UsageException("--columnTypes=" + name + ":" + type + ": no column is " + type);
      }
      return dtype;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--columnTypes=" + name + ":" + type + ": " + e.getMessage());
    }
  }
}
