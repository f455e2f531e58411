// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/**
 * The inner parts by themselves, with JMH; those that are not public are measured in their own
 * packages.
 */
package org.hubbeam.benchmarks.micro;
