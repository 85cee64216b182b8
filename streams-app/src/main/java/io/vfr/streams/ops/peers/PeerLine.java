package io.vfr.streams.ops.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the door of one peer, made again whenever it ends, until the peer is dead for
 * certain: it was reached once, and now its port refuses or belongs to somebody else.
 */
final class PeerLine implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int RETRY_MILLIS = 1_000;
  private static final int REFUSALS = 3;
  private static final int MET_RETRY_MILLIS = 50;
  private static final Logger LOG = LoggerFactory.getLogger(PeerLine.class);

  private final PeerName peer;
  private final Consumer<PeerName> dead;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean met;
  private volatile @Nullable Socket socket;

  private PeerLine(PeerName peer, Consumer<PeerName> dead) {
    this.peer = peer;
    this.dead = dead;
    thread = Thread.ofVirtual().name("peer-line").unstarted(this::run);
  }

  /**
   * Begins to watch a peer.
   *
   * @param dead told once, if it is
   */
  static PeerLine to(PeerName peer, Consumer<PeerName> dead) {
    PeerLine line = new PeerLine(peer, dead);
    line.thread.start();
    return line;
  }

  /** Whether the peer was reached. */
  boolean isMet() {
    return met;
  }

  private void run() {
    int refusals = 0;
    try {
      while (!closed) {
        switch (visit()) {
          case REFUSED -> refusals++;
          case SOMEBODY_ELSE -> refusals = REFUSALS;
          case ENDED, UNREACHED -> refusals = 0;
        }
        if (met && refusals >= REFUSALS && !closed) {
          dead.accept(peer);
          return;
        }
        Thread.sleep(met ? MET_RETRY_MILLIS : RETRY_MILLIS);
      }
    } catch (InterruptedException e) {
      LOG.debug("{} is no longer watched", peer.text());
    }
  }

  private enum Visit {
    /** It was there, and then the connection ended. */
    ENDED,
    /** Nobody listens there. */
    REFUSED,
    /** Another process listens there. */
    SOMEBODY_ELSE,
    /** Whether it is there is not known. */
    UNREACHED
  }

  private Visit visit() throws InterruptedException {
    try (Socket line = new Socket()) {
      socket = line;
      line.connect(new InetSocketAddress(peer.address(), peer.port()), TIMEOUT_MILLIS);
      line.setSoTimeout(TIMEOUT_MILLIS);
      String wanted = peer.text() + "\n";
      String said =
          new String(line.getInputStream().readNBytes(wanted.length()), StandardCharsets.US_ASCII);
      if (!said.equals(wanted)) {
        // A name that breaks off is that of a process that is ending, or has too many visitors.
        return wanted.startsWith(said) ? unreached() : Visit.SOMEBODY_ELSE;
      }
      met = true;
      line.setSoTimeout(0);
      awaitEnd(line.getInputStream());
      return Visit.ENDED;
    } catch (ConnectException e) {
      return isRefusal(e) ? Visit.REFUSED : unreached();
    } catch (IOException e) {
      return unreached();
    } finally {
      socket = null;
    }
  }

  /** A peer that was met is asked again soon otherwise, for as long as its host is gone. */
  private Visit unreached() throws InterruptedException {
    if (met && !closed) {
      Thread.sleep(RETRY_MILLIS);
    }
    return Visit.UNREACHED;
  }

  private static void awaitEnd(InputStream in) {
    try {
      while (in.read() >= 0) {
        // A door says nothing more.
      }
    } catch (IOException e) {
      LOG.debug("A peer's connection was reset: {}", e.getMessage());
    }
  }

  /** A refusal, and not one of the other reasons that have no exception of their own. */
  private static boolean isRefusal(ConnectException e) {
    String message = e.getMessage();
    return message != null && message.toLowerCase(Locale.ROOT).contains("refused");
  }

  @Override
  public void close() {
    closed = true;
    Socket line = socket;
    if (line != null) {
      try {
        line.close();
      } catch (IOException e) {
        LOG.debug("A line to a peer could not be closed: {}", e.getMessage());
      }
    }
    thread.interrupt();
  }
}
