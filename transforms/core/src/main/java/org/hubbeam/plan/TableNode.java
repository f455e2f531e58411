package org.hubbeam.plan;

import java.io.Serializable;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.TableLines;
import org.hubbeam.model.TableRecords;

/**
 * A lookup table in a traced graph.
 *
 * @param node the placeholder node of its handle
 * @param content what it is filled with when the graph is loaded
 */
@Internal
public record TableNode(String node, Content content) implements Serializable {

  /** What fills a table. */
  public sealed interface Content extends Serializable {
    /** The placeholder node, of a file's path or of an array, that it comes from. */
    String source();
  }

  /** The lines of a text file. */
  public record Lines(String source, TableLines lines) implements Content {}

  /** The records of a gzip TFRecord file, each to its number. */
  public record Records(String source, TableRecords records) implements Content {}

  /** The values of an array of strings, each to its number. */
  public record Numbered(String source) implements Content {}
}
