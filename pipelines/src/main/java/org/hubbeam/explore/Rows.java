// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hubbeam.search.Hit;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchRequest;

/** The rows that are shown: those of an index. */
interface Rows {

  IndexDescription description();

  long size();

  List<Hit> nearest(float[] vector, SearchRequest request);

  List<Hit> like(RowId id, SearchRequest request);

  Optional<IndexRow> row(RowId id);

  Stream<IndexRow> all();

  /** Where a row lies on the map, x and y; empty where it has no place. */
  Optional<float[]> place(RowId id);

  /** The rows of an index. */
  static Rows of(SearchIndex index) {
    return new Rows() {
      @Override
      public IndexDescription description() {
        return index.description();
      }

      @Override
      public long size() {
        return index.size();
      }

      @Override
      public List<Hit> nearest(float[] vector, SearchRequest request) {
        return index.nearest(vector, request);
      }

      @Override
      public List<Hit> like(RowId id, SearchRequest request) {
        return index.like(id, request);
      }

      @Override
      public Optional<IndexRow> row(RowId id) {
        return index.row(id);
      }

      @Override
      public Stream<IndexRow> all() {
        return index.rows();
      }

      @Override
      public Optional<float[]> place(RowId id) {
        return Optional.empty();
      }
    };
  }
}
