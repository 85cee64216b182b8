package io.vfr.streams.ops.letters;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant: those that every part lets pass; an empty part lets all pass.
 *
 * @param codes reasons
 * @param topics input topics
 * @param stages stages that refused
 * @param ids letters by {@link DeadLetter#id()}
 * @param since not older than that
 */
public record LetterFilter(
    Set<String> codes,
    Set<String> topics,
    Set<String> stages,
    Set<String> ids,
    Optional<Instant> since) {
  public LetterFilter {
    codes = Set.copyOf(codes);
    topics = Set.copyOf(topics);
    stages = Set.copyOf(stages);
    ids = Set.copyOf(ids);
  }

  /** Whether it lets everything pass. */
  public boolean isEmpty() {
    return codes.isEmpty()
        && topics.isEmpty()
        && stages.isEmpty()
        && ids.isEmpty()
        && since.isEmpty();
  }

  /** Whether it lets a letter pass. */
  boolean matches(DeadLetter letter) {
    return passes(codes, letter.code())
        && passes(topics, letter.topic())
        && passes(stages, letter.stage())
        && passes(ids, letter.id())
        && since.map(from -> letter.at() >= from.toEpochMilli()).orElse(true);
  }

  private static boolean passes(Set<String> wanted, String value) {
    return wanted.isEmpty() || wanted.contains(value);
  }
}
