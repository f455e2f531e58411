// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.TableLines;
import org.hubbeam.model.TableRecords;

/**
 * A lookup table in a traced graph.
 *
 * @param node the placeholder node of its handle
 * @param content its content, which is filled in when the graph is loaded
 */
@Internal
public record TableNode(String node, Content content) implements Serializable {

  /** The content of a table. */
  public sealed interface Content extends Serializable {
    /**
     * The placeholder node of the file's path or of the array that it is read from; empty if the
     * content is known when the function is traced.
     */
    String source();
  }

  /** The lines of a text file. */
  public record Lines(String source, TableLines lines) implements Content {}

  /** The records of a gzip-compressed TFRecord file, mapped to their index. */
  public record Records(String source, TableRecords records) implements Content {}

  /** Distinct strings that are known when the function is traced, mapped to their index. */
  public record Known(List<String> keys) implements Content {
    public Known {
      keys = List.copyOf(keys);
    }

    @Override
    public String source() {
      return "";
    }
  }

  /** The values of an array of strings, mapped to their index. */
  public record Numbered(String source) implements Content {}
}
