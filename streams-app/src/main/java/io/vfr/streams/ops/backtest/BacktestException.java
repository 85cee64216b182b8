package io.vfr.streams.ops.backtest;

/** A backtest cannot go on; the message says why. */
public final class BacktestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BacktestException(String message) {
    super(message);
  }

  BacktestException(String message, Throwable cause) {
    super(message, cause);
  }
}
