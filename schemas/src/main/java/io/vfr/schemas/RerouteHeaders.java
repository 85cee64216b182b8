package io.vfr.schemas;

/**
 * Header names that a record of {@code vfr.rerouted} has after the original record's headers, in
 * this order; {@link DeadLetterHeaders#SOURCE_TOPIC}, {@link DeadLetterHeaders#SOURCE_PARTITION}
 * and {@link DeadLetterHeaders#SOURCE_OFFSET} come first. Values are UTF-8.
 */
public final class RerouteHeaders {
  /** When the broker took the original record, epoch milliseconds, decimal. */
  public static final String SOURCE_APPENDED_AT = "vfr.source.appended-at";

  /** The application id of who sent the record on: no other may take it. */
  public static final String REROUTED_BY = "vfr.rerouted.by";

  private RerouteHeaders() {}
}
