// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package com.example;

import org.apache.beam.sdk.schemas.JavaFieldSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaCreate;

/** A purchase; Beam makes rows with these fields of it. */
@DefaultSchema(JavaFieldSchema.class)
public final class Purchase {
  public final float price;
  public final String shop;

  @SchemaCreate
  public Purchase(float price, String shop) {
    this.price = price;
    this.shop = shop;
  }
}
