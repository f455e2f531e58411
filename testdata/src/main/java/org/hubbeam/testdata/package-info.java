// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

/** Sample texts, pictures, clips and small modules, with the code that makes them. */
@NullMarked
package org.hubbeam.testdata;

import org.jspecify.annotations.NullMarked;
