# SPDX-License-Identifier: Apache-2.0
# Copyright The hubbeam authors
"""Checks a matrix whose row i is i and -i / 3: read_npy.py FILE."""
import sys

import numpy

matrix = numpy.load(sys.argv[1])
numbers = numpy.arange(200, dtype=numpy.float32)
assert matrix.shape == (200, 2), matrix.shape
assert matrix.dtype == numpy.float32, matrix.dtype
numpy.testing.assert_array_equal(matrix, numpy.stack([numbers, -numbers / numpy.float32(3)], 1))
