/**
 * Mergeable summaries: empty, add, merge, finish, encode; and the arithmetic of vocabularies. Start
 * with {@link org.hubbeam.reducer.Reducer}.
 */
@NullMarked
package org.hubbeam.reducer;

import org.jspecify.annotations.NullMarked;
