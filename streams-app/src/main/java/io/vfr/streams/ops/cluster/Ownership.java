package io.vfr.streams.ops.cluster;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.HostInfo;

/** Which instance has which symbol. Thread-safe. */
public interface Ownership {
  /** Where this instance is reached. */
  HostInfo self();

  /** The instance that processes a symbol; empty if that is open, as during a rebalance. */
  Optional<HostInfo> owner(String symbol);

  /** The instances that keep a replica of a symbol's state. */
  Set<HostInfo> standbys(String symbol);
}
