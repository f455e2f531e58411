/**
 * Mergeable summaries: empty, add, merge, finish, encode; and the arithmetic of vocabularies. Start
 * with {@link org.hubbeam.reducer.Reducer}.
 */
package org.hubbeam.reducer;
