package io.vfr.streams.ops.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that tells whoever connects how this process is called, and is shut when the
 * process ends, in whatever way that happens.
 */
final class PeerDoor implements AutoCloseable {
  /** More than instances a group has; others are turned away and watch nothing. */
  private static final int VISITORS_MAX = 512;

  private static final int NONCE_BYTES = 8;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(PeerDoor.class);

  private final ServerSocket socket;
  private final PeerName name;
  private final Set<Socket> visitors = ConcurrentHashMap.newKeySet();

  private PeerDoor(ServerSocket socket) {
    this.socket = socket;
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    name =
        new PeerName(
            socket.getInetAddress(), socket.getLocalPort(), HexFormat.of().formatHex(nonce));
  }

  /**
   * Opens one.
   *
   * @param host an address of this machine that peers can reach
   * @param port 0 takes a free one
   * @throws IllegalStateException if it cannot be bound
   */
  static PeerDoor open(String host, int port) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress()) {
        throw new IllegalStateException(
            "streams.peer-host must be the address at which other instances reach this one, not "
                + host);
      }
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(new InetSocketAddress(address, port));
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      PeerDoor door = new PeerDoor(socket);
      Thread.ofVirtual().name("peer-door").start(door::welcome);
      return door;
    } catch (IOException e) {
      throw new IllegalStateException(
          "streams.peer-host "
              + host
              + ", streams.peer-port "
              + port
              + " cannot be bound ("
              + e.getMessage()
              + "); the host must be an address of this machine, empty does without",
          e);
    }
  }

  /** How this process is called. */
  PeerName name() {
    return name;
  }

  /** How many peers hold a connection now. */
  int visitors() {
    return visitors.size();
  }

  private void welcome() {
    while (!socket.isClosed()) {
      try {
        Socket visitor = socket.accept();
        if (visitors.size() < VISITORS_MAX) {
          visitors.add(visitor);
          Thread.ofVirtual().name("peer-visitor").start(() -> keep(visitor));
        } else {
          visitor.close();
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.warn("A peer could not connect: {}", e.getMessage());
          pause();
        }
      }
    }
  }

  /** What keeps a connection from being taken, no free file for it above all, lasts a while. */
  private static void pause() {
    try {
      Thread.sleep(RETRY_AFTER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Holds the connection until the other side ends it. */
  private void keep(Socket visitor) {
    try (visitor) {
      visitor.getOutputStream().write((name.text() + "\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = visitor.getInputStream();
      // Nobody has anything to say here.
      if (in.read() >= 0) {
        LOG.debug("{} sent something to the peers' door", visitor.getRemoteSocketAddress());
      }
    } catch (IOException e) {
      LOG.debug("A peer went away: {}", e.getMessage());
    } finally {
      visitors.remove(visitor);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket visitor : visitors) {
        visitor.close();
      }
    } catch (IOException e) {
      LOG.warn("The peers' door could not be closed: {}", e.getMessage());
    }
  }
}
