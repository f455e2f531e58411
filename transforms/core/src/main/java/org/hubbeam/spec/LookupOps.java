// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.KnownTables;

/**
 * Tables of constants: <code>lookup(species, {"Adelie": 0, "Gentoo": 1}, default_value=-1)</code>.
 */
final class LookupOps {

  private static final String TABLE = "table";
  private static final String DEFAULT = "default_value";

  private LookupOps() {}

  static void register(Operations operations) {
    operations.add(
        "lookup",
        "x, table, default_value=None",
        "Replaces each string or integer by its value in a table, such as `{\"a\": 1, \"b\": 2}`,"
            + " and what the table lacks by `default_value`. A list such as `[\"a\", \"b\"]` gives"
            + " positions, from 0 on, with -1 as the default.",
        LookupOps::lookup);
  }

  private static Value lookup(Arguments a) {
    Column x = a.column("x");
    List<Expression> values = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    if (a.expression(TABLE) instanceof Expression.Table table) {
      for (Expression.Entry entry : table.entries()) {
        keys.add(key(a, x, entry.key()));
        values.add(a.plain(TABLE, entry.value()));
      }
      if (!a.has(DEFAULT)) {
        throw a.error("'default_value' is missing: the value for what the table lacks");
      }
    } else if (a.expression(TABLE) instanceof Expression.Items items) {
      for (Expression item : items.items()) {
        values.add(new Expression.Plain(BigInteger.valueOf(keys.size()), item.location()));
        keys.add(key(a, x, item));
      }
    } else {
      throw a.error(TABLE, "must be a table, {\"a\": 1, \"b\": 2}; found " + a.expression(TABLE));
    }
    values.add(
        a.has(DEFAULT)
            ? a.constant(DEFAULT)
            : new Expression.Plain(BigInteger.ONE.negate(), a.expression(TABLE).location()));
    Expression all = new Expression.Items(values, a.expression(TABLE).location());
    Value constant = a.interpreter().constant(all, ConstantArrays.typeOf(all));
    return Value.of(KnownTables.lookup(x, keys, ((Value.Whole) constant).statistic()));
  }

  private static String key(Arguments a, Column x, Expression expression) {
    Expression.Plain key = a.plain(TABLE, expression);
    return x.dtype() == DType.STRING
        ? ConstantArrays.text(key)
        : String.valueOf(ConstantArrays.whole(key));
  }
}
