// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.texts;

/**
 * A part of a text, without the blanks around it.
 *
 * @param text what Python's {@code whole[start:end]} gives
 * @param start where it begins, in code points of the whole text
 * @param end where it ends
 */
public record TextChunk(String text, int start, int end) {}
