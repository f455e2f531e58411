/**
 * A module: load, list, call, compose, write. The only package, with {@code preprocessing}, that
 * touches the TensorFlow runtime; none of its public types shows a tensor. Start with {@link
 * org.hubbeam.model.Module}.
 */
package org.hubbeam.model;
