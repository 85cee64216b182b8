package io.vfr.streams.config;

import java.util.Optional;

/**
 * The HTTP server.
 *
 * @param host address to bind; loopback unless configured
 * @param port port to bind; 0 picks a free one
 * @param advertised where other instances reach this one, {@code host:port}; host and port that are
 *     bound unless set
 * @param token bearer token that every request but the health probes must carry
 */
public record HttpConfig(
    String host, int port, Optional<String> advertised, Optional<String> token) {
  @Override
  public String toString() {
    return "HttpConfig[host="
        + host
        + ", port="
        + port
        + ", advertised="
        + advertised.orElse("as bound")
        + ", token="
        + (token.isPresent() ? "***" : "none")
        + "]";
  }
}
