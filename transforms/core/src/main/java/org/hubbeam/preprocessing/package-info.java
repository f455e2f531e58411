/**
 * A user's function traced into a graph and the summaries it waits for; the graph written as a
 * transform output. Start with {@link org.hubbeam.preprocessing.Preprocessor}.
 */
@NullMarked
package org.hubbeam.preprocessing;

import org.jspecify.annotations.NullMarked;
