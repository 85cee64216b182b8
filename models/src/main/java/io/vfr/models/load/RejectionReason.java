package io.vfr.models.load;

/** Why a model directory was refused. */
public enum RejectionReason {
  /** There is no model of that id. */
  NOT_FOUND,
  /** No readable manifest, or one with problems. */
  BAD_MANIFEST,
  /** The artifact that the manifest names is not there. */
  MISSING_ARTIFACT,
  /** The artifact is larger than is loaded. */
  TOO_LARGE,
  /** The artifact's SHA-256 is not the manifest's. */
  BAD_DIGEST,
  /** The model was trained on another feature schema. */
  WRONG_SCHEMA,
  /** Well formed, but of a kind that this build does not evaluate. */
  UNSUPPORTED,
  /** The artifact is damaged or of another format. */
  UNREADABLE_ARTIFACT,
  /** Inputs, outputs or objective of the artifact are not those of the manifest. */
  WRONG_SHAPE,
  /** A self-test vector gave another output than the manifest states. */
  SELF_TEST_FAILED,
  /** Scoring takes longer than the time-out, or does not end. */
  TOO_SLOW,
  /** The native library of the algorithm does not load on this machine. */
  NATIVE_LIBRARY_UNAVAILABLE,
  /** A record of the registry's topic that is no registration, or one that claims too much. */
  BAD_REGISTRATION,
  /** The packed directory is incomplete, damaged, or holds something else than a model. */
  BAD_ARCHIVE,
  /** No slot is left for an input that no feature has yet. */
  NO_SLOT,
  /** The set of models is full. */
  NO_ROOM
}
