package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The set that is scored with, one reference, and the sets before it until they can be closed.
 * Thread-safe.
 *
 * <p>A thread that took a set may be about to open scorers on it, so a set is closed only when
 * every thread that took it has taken a later one or has ended. Threads announce what they take
 * before they look again whether it is still the current one: either the thread sees the swap, or
 * the sweep sees the thread.
 */
final class CurrentModels implements Supplier<ModelSet>, AutoCloseable {
  private final Map<Thread, ModelSet> taken = new ConcurrentHashMap<>();
  private final List<ModelSet> replaced = new ArrayList<>();
  private volatile ModelSet current;

  CurrentModels(ModelSet first) {
    current = first;
  }

  /** The current set, open until this thread asks again. */
  @Override
  public ModelSet get() {
    Thread thread = Thread.currentThread();
    while (true) {
      ModelSet set = current;
      if (taken.get(thread) == set) {
        return set;
      }
      taken.put(thread, set);
      if (current == set) {
        return set;
      }
    }
  }

  /** The members of the current set, to be described and not to be scored with. */
  List<ModelSet.Member> members() {
    return current.members();
  }

  /** Puts a set in the place of the current one. */
  synchronized void swap(ModelSet next) {
    replaced.add(current);
    current = next;
    sweep();
  }

  /** Closes the replaced sets that no thread can use any more. */
  synchronized void sweep() {
    taken.keySet().removeIf(thread -> !thread.isAlive());
    replaced.removeIf(set -> {
      if (taken.containsValue(set)) {
        return false;
      }
      set.close();
      return true;
    });
  }

  /** How many replaced sets are still open. */
  synchronized int replacedSets() {
    return replaced.size();
  }

  /** Closes every set; to be called when no thread scores any more. */
  @Override
  public synchronized void close() {
    replaced.forEach(ModelSet::close);
    replaced.clear();
    current.close();
  }
}
