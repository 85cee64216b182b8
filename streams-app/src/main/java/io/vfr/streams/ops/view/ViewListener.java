package io.vfr.streams.ops.view;

/**
 * Is told what comes in, as the messages that they are in their topics; must not block. Within one
 * read of the view several predictions of a symbol are told as one, the last.
 */
public interface ViewListener {
  /** A prediction. */
  void prediction(String symbol, byte[] message);

  /** An outcome. */
  void outcome(String symbol, byte[] message);

  /** An alert. */
  void alert(byte[] message);

  /** A record that was refused, as {@code /v1/dead-letters} shows it. */
  void deadLetter(byte[] summary);
}
