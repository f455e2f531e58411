// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

/** The key of a keyed hash (SipHash). Hashes agree only if they are computed with the same key. */
public record HashKey(long first, long second) {}
