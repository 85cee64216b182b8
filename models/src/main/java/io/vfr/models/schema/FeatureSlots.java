package io.vfr.models.schema;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The slot of every feature an instance knows in its vectors: the computed features of the schema
 * first, then the names of open maps (fundamentals, macro series, sentiment sources) in the order
 * in which they appear. Thread-safe; a slot never moves.
 */
public final class FeatureSlots {
  private final int capacity;
  private final ConcurrentMap<String, Integer> slots = new ConcurrentHashMap<>();
  private volatile String[] names;

  /**
   * Creates the table with the schema's features in their order.
   *
   * @param openNamesMax how many further names may be interned
   */
  public FeatureSlots(FeatureSchema schema, int openNamesMax) {
    names = schema.names().toArray(String[]::new);
    capacity = names.length + openNamesMax;
    for (int i = 0; i < names.length; i++) {
      slots.put(names[i], i);
    }
  }

  /** The slot of a known name, or -1. */
  public int slot(String name) {
    Integer slot = slots.get(name);
    return slot == null ? -1 : slot;
  }

  /** The slot of a name, assigning the next free one to a new name; -1 if the table is full. */
  public int intern(String name) {
    Integer known = slots.get(name);
    return known == null ? assign(name) : known;
  }

  private synchronized int assign(String name) {
    Integer known = slots.get(name);
    if (known != null) {
      return known;
    }
    int slot = names.length;
    if (slot == capacity) {
      return -1;
    }
    String[] grown = Arrays.copyOf(names, slot + 1);
    grown[slot] = name;
    names = grown;
    slots.put(name, slot);
    return slot;
  }

  /**
   * Assigns slots to all of these names, or to none of them where not all fit.
   *
   * @return the new names if they do not fit; empty if every name has its slot
   */
  public synchronized List<String> internAll(Collection<String> wanted) {
    Set<String> unknown = new LinkedHashSet<>(wanted);
    unknown.removeAll(slots.keySet());
    if (unknown.size() > capacity - names.length) {
      return List.copyOf(unknown);
    }
    unknown.forEach(this::assign);
    return List.of();
  }

  /** How many slots are assigned. */
  public int size() {
    return names.length;
  }

  /** The length that every vector array must have to hold any slot that can be assigned. */
  public int capacity() {
    return capacity;
  }

  /** The name in a slot below {@link #size()}. */
  public String name(int slot) {
    return names[slot];
  }
}
