package io.vfr.chaos.swaps;

import io.vfr.models.load.RejectionReason;

/** What is wrong with a bad version, and how it must be refused. */
enum Flaw {
  /** The manifest states another SHA-256 of the artifact. */
  BAD_HASH(RejectionReason.BAD_DIGEST, "SHA-256"),
  /** Trained on another feature schema. */
  WRONG_SCHEMA(RejectionReason.WRONG_SCHEMA, "feature schema"),
  /** The artifact ends in its middle, and the manifest agrees. */
  TRUNCATED_ARTIFACT(RejectionReason.UNREADABLE_ARTIFACT, ""),
  /** What travels through Kafka ends in its middle. */
  TRUNCATED_ARCHIVE(RejectionReason.BAD_ARCHIVE, ""),
  /** An output that is not a number. */
  NAN_OUTPUT(RejectionReason.SELF_TEST_FAILED, "NaN"),
  /** A graph that takes far longer than is allowed, or for ever. */
  SLOW(RejectionReason.TOO_SLOW, ""),
  /** A graph that the library takes and that fails when it is run. */
  THROWING(RejectionReason.SELF_TEST_FAILED, "");

  private final RejectionReason reason;
  private final String words;

  Flaw(RejectionReason reason, String words) {
    this.reason = reason;
    this.words = words;
  }

  RejectionReason reason() {
    return reason;
  }

  /** Whether the message of an alert names this flaw. */
  boolean isNamedBy(String message) {
    return message.contains("is refused, " + reason + ": ") && message.contains(words);
  }
}
