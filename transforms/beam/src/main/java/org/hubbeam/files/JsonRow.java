// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.Conversion;
import org.hubbeam.batch.Conversion.ConversionException;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.LineFormat.LineException;

/** Puts the fields of one JSON object a line into columns. Not for several threads. */
final class JsonRow implements LineFormat.Lines {

  /** As Python writes it, with {@code NaN} and {@code Infinity}. */
  static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** The shape of lists of lists, of any length each. */
  static final List<Long> LISTS_OF_LISTS = List.of(-1L, -1L);

  private final Map<String, Integer> places = new HashMap<>();
  private final ColumnBuilder[] columns;
  private final List<List<Long>> shapes;
  private final Others others;
  private final boolean[] seen;

  /** What is made of fields that have no column. */
  enum Others {
    /** The row is a failure. */
    FAIL,
    /** They are not read. */
    PASS_OVER
  }

  /**
   * @param shapes the dimensions of a row's value, for each column: nested lists must have them; up
   *     to one, there are no nested lists; {@link #LISTS_OF_LISTS} for a nested column. -1 is any
   */
  JsonRow(Map<String, ColumnBuilder> columns, List<List<Long>> shapes, Others others) {
    if (columns.size() != shapes.size()) {
      throw new IllegalArgumentException(shapes.size() + " shapes for " + columns.keySet());
    }
    this.shapes = shapes;
    this.others = others;
    this.columns = columns.values().toArray(new ColumnBuilder[0]);
    this.seen = new boolean[this.columns.length];
    columns.keySet().forEach(name -> places.put(name, places.size()));
  }

  @Override
  public boolean add(byte[] block, int from, int to) throws LineException {
    try (JsonParser in = JSON.createParser(block, from, to - from)) {
      JsonToken first = in.nextToken();
      if (first == null) {
        return false;
      }
      if (first != JsonToken.START_OBJECT) {
        throw new LineException("", "expected a JSON object, found " + describe(in));
      }
      Arrays.fill(seen, false);
      while (in.nextToken() != JsonToken.END_OBJECT) {
        field(in);
      }
      if (in.nextToken() != null) {
        throw new LineException("", "there is more behind the JSON object");
      }
      return true;
    } catch (JsonProcessingException e) {
      throw new LineException("", "no JSON: " + e.getOriginalMessage());
    } catch (CharConversionException e) {
      throw new LineException("", "no JSON: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void field(JsonParser in) throws IOException, LineException {
    String name = in.getCurrentName();
    Integer place = places.get(name);
    JsonToken token = in.nextToken();
    if (place == null) {
      if (others == Others.FAIL) {
        throw new LineException(
            name,
            "the field is not in the beginning of the first file, which tells the columns;"
                + " a schema with the column reads it");
      }
      in.skipChildren();
      return;
    }
    ColumnBuilder column = columns[place];
    if (seen[place]) {
      throw new LineException(column.name(), "the field is there twice");
    }
    seen[place] = true;
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.START_ARRAY) {
      if (shapes.get(place).equals(LISTS_OF_LISTS)) {
        throw new LineException(name, "expected lists of lists, found " + describe(in));
      }
      value(in, column);
      return;
    }
    list(in, column, shapes.get(place), 0);
  }

  private static void list(JsonParser in, ColumnBuilder column, List<Long> shape, int level)
      throws IOException, LineException {
    int count = 0;
    boolean free = shape.equals(LISTS_OF_LISTS);
    boolean nested = level > 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() == JsonToken.START_ARRAY && level + 1 < shape.size()) {
        list(in, column, shape, level + 1);
        nested = true;
        if (free) {
          column.endList();
        }
      } else if (free && level == 0) {
        throw new LineException(
            column.name(), "expected lists of lists, found a list with " + describe(in));
      } else {
        value(in, column);
      }
      count++;
    }
    if (nested && !free && shape.get(level) >= 0 && count != shape.get(level)) {
      throw new LineException(
          column.name(),
          "expected lists of the shape " + new Shape(shape) + ", found one of " + count);
    }
  }

  private static void value(JsonParser in, ColumnBuilder column) throws IOException, LineException {
    JsonToken token = in.currentToken();
    try {
      if (token == JsonToken.VALUE_NUMBER_INT
          && column.dtype() == DType.INT64
          && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        column.addLong(in.getLongValue());
      } else if (token.isNumeric() || token.isBoolean()) {
        Conversion.addLiteral(column, in.getText());
      } else if (token == JsonToken.VALUE_STRING) {
        Conversion.addText(column, in.getText());
      } else if (token.isStructStart() && column.dtype() == DType.STRING) {
        Conversion.addText(column, structure(in));
      } else {
        throw ConversionException.found(column.dtype(), describe(in));
      }
    } catch (ConversionException e) {
      throw new LineException(column.name(), String.valueOf(e.getMessage()));
    }
  }

  private static String structure(JsonParser in) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.copyCurrentStructure(in);
    }
    return text.toString();
  }

  private static String describe(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> in.getText();
    };
  }
}
