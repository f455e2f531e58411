/**
 * A user's function traced into a graph and the summaries it waits for; the graph written as a
 * transform output. Start with {@link org.hubbeam.preprocessing.Preprocessor}.
 */
package org.hubbeam.preprocessing;
