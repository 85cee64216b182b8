package io.vfr.chaos.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What was sent to one topic and acknowledged by the brokers, record by record, and what was
 * answered. Thread-safe.
 */
public final class Ledger {
  private final List<BitSet> sent = new ArrayList<>();
  private final List<BitSet> answered = new ArrayList<>();
  private long sentCount;
  private long answers;
  private long duplicates;

  /** A ledger of a topic with this many partitions. */
  public Ledger(int partitions) {
    for (int i = 0; i < partitions; i++) {
      sent.add(new BitSet());
      answered.add(new BitSet());
    }
  }

  /** How many partitions the topic has. */
  public synchronized int partitions() {
    return sent.size();
  }

  /** Records that were sent here and not there. */
  public long sentNotIn(Ledger other) {
    List<BitSet> theirs = other.copyOfSent();
    synchronized (this) {
      return difference(sent, theirs);
    }
  }

  private synchronized List<BitSet> copyOfSent() {
    return sent.stream().map(each -> (BitSet) each.clone()).toList();
  }

  /** Notes that the brokers took a record. */
  public synchronized void sent(int partition, long offset) {
    sent.get(partition).set(Math.toIntExact(offset));
    sentCount++;
  }

  /** Notes an answer; a second one to the same record is a duplicate. */
  public synchronized void answered(int partition, long offset) {
    BitSet partitionAnswers = answered.get(partition);
    int at = Math.toIntExact(offset);
    if (partitionAnswers.get(at)) {
      duplicates++;
    }
    partitionAnswers.set(at);
    answers++;
    notifyAll();
  }

  /** Records that the brokers took. */
  public synchronized long sentCount() {
    return sentCount;
  }

  /** Answers in all, duplicates too. */
  public synchronized long answers() {
    return answers;
  }

  /** Answers to records that had been answered before. */
  public synchronized long duplicates() {
    return duplicates;
  }

  /** Records that have no answer. */
  public synchronized long missing() {
    return difference(sent, answered);
  }

  /** Answers to records that were never sent. */
  public synchronized long unasked() {
    return difference(answered, sent);
  }

  private static long difference(List<BitSet> these, List<BitSet> without) {
    long count = 0;
    for (int i = 0; i < these.size(); i++) {
      BitSet rest = (BitSet) these.get(i).clone();
      rest.andNot(without.get(i));
      count += rest.cardinality();
    }
    return count;
  }

  /**
   * Waits until at most this many records lack an answer; false if none came for so long before
   * that.
   */
  public synchronized boolean awaitBacklog(long most, Duration patience)
      throws InterruptedException {
    long seen = answers;
    long end = System.nanoTime() + patience.toNanos();
    while (sentCount - answers + duplicates > most) {
      if (answers != seen) {
        seen = answers;
        end = System.nanoTime() + patience.toNanos();
      }
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }
}
