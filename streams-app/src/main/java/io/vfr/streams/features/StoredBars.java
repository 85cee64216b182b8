package io.vfr.streams.features;

import io.vfr.streams.features.window.Bar;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The bars that a task keeps, as others may read them: what the store has, in whatever replica. */
public final class StoredBars {
  private StoredBars() {}

  /**
   * The bars of a symbol, oldest first, the one that still forms included.
   *
   * @param store the store of its task, {@link io.vfr.streams.state.TaskState#NAME}
   */
  public static List<Bar> of(ReadOnlyKeyValueStore<Bytes, byte[]> store, String symbol) {
    List<Bar> bars = new ArrayList<>();
    for (BarRing.Stored stored : BarRing.scan(store, symbol)) {
      bars.add(stored.bar().toBar());
    }
    return bars;
  }
}
