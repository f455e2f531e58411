// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import org.hubbeam.batch.Array;

/**
 * One window of the frames of a file.
 *
 * @param startSeconds when the first of its frames is shown
 * @param endSeconds when the last of its frames is shown; frames that were added do not count
 * @param frames {@code [frames, height, width, channels]}
 */
public record Clip(double startSeconds, double endSeconds, Array.Dense frames) {}
