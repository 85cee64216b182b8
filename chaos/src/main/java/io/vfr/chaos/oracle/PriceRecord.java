package io.vfr.chaos.oracle;

import io.vfr.schemas.PriceEvent;

/**
 * One record of {@code vfr.prices}.
 *
 * @param number the number that the load gave it, its own
 * @param appendedAt when the broker took it, epoch milliseconds
 */
public record PriceRecord(
    int partition, long offset, long number, PriceEvent event, long appendedAt) {
  /** Where it is: what a prediction names as its source. */
  Place place() {
    return new Place(partition, offset);
  }

  /** Partition and offset of a price record. */
  record Place(int partition, long offset) {}
}
