// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.batch.Internal;
import org.hubbeam.search.IndexDescription.Change;
import org.hubbeam.search.IndexDescription.Generation;
import org.hubbeam.search.IndexDescription.Part;
import org.hubbeam.search.IndexDescription.Shard;

/**
 * A new generation of an index, in a folder that has its files or those that the change needs. The
 * generation stands as soon as its {@code index.json} does: see {@link IndexFolder#stand}.
 *
 * @param description what {@code index.json} will say
 * @param written the files of delete marks that the change wrote into the folder
 * @param unknown ids that were to be deleted and are not in the index, sorted
 */
@Internal
public record IndexChange(
    IndexDescription description, List<IndexDescription.File> written, List<RowId> unknown) {

  /** The number of shards in the name of a file of one. */
  private static final Pattern NUMBER = Pattern.compile(".*-of-(\\d{1,9})\\..*");

  public IndexChange {
    written = List.copyOf(written);
    unknown = List.copyOf(unknown);
  }

  /**
   * Rows that are added, or take the place of those with their ids.
   *
   * @param folder with the ids and delete marks of the index, and the ids of the new shards
   * @param added shards written under names of the generation {@code index.generation() + 1}
   */
  public static IndexChange append(Path folder, IndexDescription index, List<Shard> added)
      throws IOException {
    List<IdsFile> ids = new ArrayList<>();
    List<Shard> filled = added.stream().filter(shard -> shard.rows() > 0).toList();
    long rows = 0;
    for (Shard shard : filled) {
      ids.add(IdsFile.open(folder.resolve(file(shard, Part.IDS))));
      rows += shard.rows();
    }
    Marking marking = new Marking(folder, index);
    for (Shard shard : index.shards()) {
      ShardMarks marks = marking.begin(shard);
      for (IdsFile of : ids) {
        for (int row = 0; row < of.size(); row++) {
          marks.mark(of.get(row));
        }
      }
      marking.end(marks);
    }
    marking.shards.addAll(filled);
    return marking.change(new Generation(Change.APPEND, rows, marking.marked, 0), List.of());
  }

  /**
   * Rows that are deleted.
   *
   * @param folder with the ids and delete marks of the index
   */
  public static IndexChange delete(Path folder, IndexDescription index, Collection<RowId> ids)
      throws IOException {
    Set<RowId> unknown = new LinkedHashSet<>(new TreeSet<>(ids));
    Marking marking = new Marking(folder, index);
    for (Shard shard : index.shards()) {
      ShardMarks marks = marking.begin(shard);
      unknown.removeIf(marks::mark);
      marking.end(marks);
    }
    return marking.change(
        new Generation(Change.DELETE, 0, 0, marking.marked), List.copyOf(unknown));
  }

  /**
   * All rows that there are, written anew.
   *
   * @param shards of the rows of {@link SearchIndex#rows}, written under names of the generation
   *     {@code index.generation() + 1}
   */
  public static IndexChange compact(IndexDescription index, List<Shard> shards) {
    List<Shard> filled = shards.stream().filter(shard -> shard.rows() > 0).toList();
    long rows = filled.stream().mapToLong(Shard::rows).sum();
    if (rows != index.rows()) {
      throw new IllegalArgumentException(
          "the new shards have " + rows + " rows, the index has " + index.rows());
    }
    return new IndexChange(
        index.changed(filled, new Generation(Change.COMPACT, rows, 0, 0)), List.of(), List.of());
  }

  /**
   * Into how many shards the rows were divided when all were written, the last time; 1 if none of
   * these shards is left.
   */
  public static int dividedInto(IndexDescription index) {
    int base = base(index);
    return index.shards().stream()
        .filter(shard -> shard.generation() == base)
        .map(shard -> NUMBER.matcher(file(shard, Part.IDS)))
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max()
        .orElse(1);
  }

  /** The last generation that wrote all rows. */
  private static int base(IndexDescription index) {
    int base = 0;
    for (int i = 0; i < index.generations().size(); i++) {
      Change kind = index.generations().get(i).kind();
      base = kind == Change.CREATE || kind == Change.COMPACT ? i : base;
    }
    return base;
  }

  /** Whether more than a third of the rows is in shards that were appended, or deleted. */
  public static boolean needsCompaction(IndexDescription index) {
    int base = base(index);
    long all = 0;
    long changed = 0;
    for (Shard shard : index.shards()) {
      all += shard.rows();
      changed += shard.generation() > base ? shard.rows() : shard.deleted();
    }
    return 3 * changed > all;
  }

  private static String file(Shard shard, Part part) {
    IndexDescription.File file = shard.files().get(part);
    if (file == null) {
      throw new IndexException("a shard of the index has no file of " + part.key());
    }
    return file.name();
  }

  /** The marks of one shard that a change adds to. */
  private static final class ShardMarks {
    private final Path folder;
    private final Shard shard;
    private final IdsFile ids;
    private final long[] words;
    private int marked;

    ShardMarks(Path folder, Shard shard) throws IOException {
      this.folder = folder;
      this.shard = shard;
      ids = IdsFile.open(folder.resolve(file(shard, Part.IDS)));
      if (ids.size() != shard.rows()) {
        throw new IndexException(
            "a shard has " + ids.size() + " ids, index.json says " + shard.rows());
      }
      words =
          shard.files().containsKey(Part.DELETED)
              ? DeleteMarks.read(folder.resolve(file(shard, Part.DELETED)), shard).words()
              : new long[RowBits.words(shard.rows())];
    }

    /** Whether the shard has the row, and it was not marked before. */
    boolean mark(RowId id) {
      int row = ids.find(id);
      if (row < 0 || (words[row >>> 6] & (1L << row)) != 0) {
        return false;
      }
      words[row >>> 6] |= 1L << row;
      marked++;
      return true;
    }

    /** Writes the marks, under a name of their own, so that another change keeps its. */
    IndexDescription.File write(int generation) throws IOException {
      String stem = file(shard, Part.IDS).replaceFirst("\\.ids$", "");
      String plain = String.format("%s-%05d", stem, generation);
      DeleteMarks.write(folder, plain, new RowBits(words, shard.rows()));
      IndexDescription.File written = Sha256.describe(folder.resolve(plain));
      String name = plain + "-" + written.sha256().substring(0, 8) + "." + Part.DELETED.key();
      Files.move(folder.resolve(plain), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      return new IndexDescription.File(name, written.size(), written.sha256());
    }

    Shard with(IndexDescription.File marks) {
      Map<Part, IndexDescription.File> files = new EnumMap<>(Part.class);
      files.putAll(shard.files());
      files.put(Part.DELETED, marks);
      return new Shard(shard.generation(), shard.rows(), shard.deleted() + marked, files);
    }
  }

  /** What a change leaves of the shards that stood. */
  private static final class Marking {
    private final Path folder;
    private final IndexDescription index;
    private final List<Shard> shards = new ArrayList<>();
    private final List<IndexDescription.File> written = new ArrayList<>();
    private long marked;

    Marking(Path folder, IndexDescription index) {
      this.folder = folder;
      this.index = index;
    }

    ShardMarks begin(Shard shard) throws IOException {
      return new ShardMarks(folder, shard);
    }

    /** Writes the marks of a shard in which there are new ones. */
    void end(ShardMarks marks) throws IOException {
      if (marks.marked == 0) {
        shards.add(marks.shard);
        return;
      }
      IndexDescription.File file = marks.write(index.generation() + 1);
      marked += marks.marked;
      written.add(file);
      shards.add(marks.with(file));
    }

    IndexChange change(Generation by, List<RowId> unknown) {
      return new IndexChange(index.changed(shards, by), written, unknown);
    }
  }
}
