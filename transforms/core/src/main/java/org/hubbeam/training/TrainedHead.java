// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/** A head and how its training went. */
public record TrainedHead(Head head, TrainingHistory history) implements Serializable {}
