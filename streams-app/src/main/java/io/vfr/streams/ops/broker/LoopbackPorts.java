package io.vfr.streams.ops.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of the loopback interface, asked for or free. */
final class LoopbackPorts {
  /** The only address an embedded broker listens on. */
  static final String HOST = "127.0.0.1";

  private LoopbackPorts() {}

  /**
   * Ports that nothing listens on now. Another process may take one before it is used; callers try
   * again with others.
   */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        // All are held until the last is found, or the same port could be given twice.
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new BrokerException("no free port on " + HOST + ": " + e.getMessage(), e);
    } finally {
      held.forEach(LoopbackPorts::release);
    }
  }

  /**
   * The consecutive ports from {@code first}.
   *
   * @throws BrokerException if one is in use
   */
  static List<Integer> consecutive(int first, int count) {
    List<Integer> ports = new ArrayList<>();
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        // As the broker does: a port whose last connections linger in TIME_WAIT is free.
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        throw new BrokerException(
            "port "
                + port
                + " on "
                + HOST
                + " is in use or not allowed ("
                + e.getMessage()
                + "); stop what listens there or choose another --port",
            e);
      }
      ports.add(port);
    }
    return ports;
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new BrokerException("cannot release port " + socket.getLocalPort(), e);
    }
  }
}
