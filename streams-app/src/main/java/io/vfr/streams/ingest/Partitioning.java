package io.vfr.streams.ingest;

import org.apache.kafka.common.utils.Utils;

/**
 * Where a key belongs: on the partition that Java's default partitioner chooses, murmur2 of the
 * key's bytes modulo the number of partitions.
 *
 * @param partitions of every topic that is joined by partition
 */
public record Partitioning(int partitions) {
  /** Refuses topics without partitions. */
  public Partitioning {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be at least 1 but is " + partitions);
    }
  }

  /** The partition that a key belongs to. */
  public int home(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  /** Whether a key belongs to a partition. */
  boolean isHome(byte[] key, int partition) {
    return partitions == 1 || home(key) == partition;
  }
}
