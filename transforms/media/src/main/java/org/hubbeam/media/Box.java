// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.hubbeam.batch.Internal;

/**
 * An object found by a detector. The sides are parts of the image's height and width, 0 to 1, in
 * the order that detectors give them.
 *
 * @param label the name of the object; empty for no text
 * @param score the confidence, 0 to 1
 */
@Internal
public record Box(float ymin, float xmin, float ymax, float xmax, String label, float score) {}
