// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewTensor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.Deallocator_Pointer_long_Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Memory for the strings of a tensor, which the system frees when TensorFlow has no more use for
 * it. Memory that TensorFlow does not own is never taken apart string by string, whoever holds it
 * last.
 *
 * @param data where it begins, as long as it is
 * @param whole what is to be freed
 */
record NativeBlock(BytePointer data, Pointer whole) {

  /** What TensorFlow asks of the memory of a tensor. */
  private static final long ALIGNMENT = 64;

  private static final Allocation ALLOCATION = Allocation.ofSystem();

  /**
   * @param allocate the system's {@code posix_memalign}; null where it has none
   * @param free what TensorFlow calls at the end
   */
  private record Allocation(
      @Nullable Deallocator_Pointer_long_Pointer allocate, Deallocator_Pointer_long_Pointer free) {

    /**
     * The functions of the C library are called by their addresses, beside which JavaCPP keeps a
     * Java object, here none. A callback into Java would be one of ten that JavaCPP has to lend to
     * all class loaders of a JVM, for ever.
     */
    static Allocation ofSystem() {
      Pointer allocate = Loader.addressof("posix_memalign");
      Pointer free = Loader.addressof("free");
      return Pointer.isNull(allocate) || Pointer.isNull(free)
          ? new Allocation(null, new FreeInJava())
          : new Allocation(function(allocate), function(free));
    }

    private static Deallocator_Pointer_long_Pointer function(Pointer address) {
      return new Deallocator_Pointer_long_Pointer(new PointerPointer<>(address, null));
    }
  }

  private static final class FreeInJava extends Deallocator_Pointer_long_Pointer {
    @Override
    public void call(Pointer data, long length, Pointer whole) {
      Pointer.free(whole);
    }
  }

  /** A number where a function takes it as a pointer. */
  private static final class Address extends Pointer {
    Address(long value) {
      super((Pointer) null);
      address = value;
    }
  }

  /**
   * So many bytes, not set.
   *
   * @throws ModuleException when there is no memory for them
   */
  static NativeBlock allocate(long bytes) {
    Deallocator_Pointer_long_Pointer system = ALLOCATION.allocate;
    Pointer whole;
    @Nullable Pointer data;
    if (system == null) {
      whole = Pointer.malloc(bytes + ALIGNMENT);
      data = Pointer.isNull(whole) ? null : new Address(aligned(whole.address()));
    } else {
      try (PointerPointer<Pointer> out = new PointerPointer<>(1)) {
        out.put(0, (Pointer) null);
        system.call(out, ALIGNMENT, new Address(bytes));
        whole = out.get(0);
        data = whole;
      }
    }
    if (data == null || data.isNull()) {
      throw new ModuleException(
          ModuleException.Kind.RESOURCE_EXHAUSTED, "no memory for " + bytes + " bytes of strings");
    }
    return new NativeBlock(new BytePointer(data).capacity(bytes), whole);
  }

  private static long aligned(long address) {
    return address + ALIGNMENT - address % ALIGNMENT;
  }

  /** A tensor with this memory, which it takes over. */
  TF_Tensor tensor(int type, long[] shape) {
    return TF_NewTensor(type, shape, shape.length, data, data.capacity(), ALLOCATION.free, whole);
  }
}
