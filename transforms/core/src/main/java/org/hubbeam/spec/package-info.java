/**
 * Preprocessing functions as text: expressions in tf.Transform's names, and the YAML files that
 * hold them. Start with {@link org.hubbeam.spec.SpecFile}.
 */
@NullMarked
package org.hubbeam.spec;

import org.jspecify.annotations.NullMarked;
