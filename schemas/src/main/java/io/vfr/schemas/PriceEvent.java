package io.vfr.schemas;

/** A message of {@code vfr.prices}: a bar or a single trade. */
public sealed interface PriceEvent permits PriceBar, PriceTick {
  /** The symbol, also the record's key. */
  String symbol();

  /** Event time, epoch milliseconds: the start of a bar, the moment of a tick. */
  long ts();
}
