// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Compares this project with other software: same work, same machine, interleaved. */
package org.hubbeam.benchmarks;
