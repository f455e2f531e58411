/** The plan of an analysis: which analyzers run over the whole data, and in which phase. */
@NullMarked
package org.hubbeam.plan;

import org.jspecify.annotations.NullMarked;
