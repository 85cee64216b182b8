package io.vfr.streams.cli.demo.feed;

import java.util.Objects;

/**
 * One symbol of a demo feed and where its prices come from.
 *
 * @param symbol the key of its records
 * @param origin whether the prices were traded or simulated
 * @param source who recorded or made them, in words for people
 * @param licence the licence of the source; of simulated data, that of this project's output
 */
public record DemoSymbol(String symbol, Origin origin, String source, String licence) {

  /** Whether prices were traded or simulated. */
  public enum Origin {
    /** Prices that were traded. */
    REAL,
    /** Prices of the market simulator. */
    SIMULATED
  }

  public DemoSymbol {
    Objects.requireNonNull(symbol, "symbol");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(licence, "licence");
  }
}
