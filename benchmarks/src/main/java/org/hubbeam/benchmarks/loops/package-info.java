// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Programs that do only one part of the work: upper bounds for a pipeline. */
package org.hubbeam.benchmarks.loops;
