package io.vfr.streams.ops.peers;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process is called in the group of instances: where its peers reach it, and which of all
 * processes that were ever reached there it is.
 *
 * @param nonce drawn by the process
 */
record PeerName(InetAddress address, int port, String nonce) {
  private static final Pattern TEXT =
      Pattern.compile("vfr_([0-9a-fA-F._]+)_(\\d{1,5})_([0-9a-f]{16})");
  private static final Pattern MEMBER = Pattern.compile("(.+)-\\d+");

  /** The name as {@code group.instance.id} allows it; an address has no name there, only digits. */
  String text() {
    String address = this.address.getHostAddress();
    int scope = address.indexOf('%');
    String plain = scope < 0 ? address : address.substring(0, scope);
    return "vfr_" + plain.replace(':', '_') + "_" + port + "_" + nonce;
  }

  /** The name that a text is; empty if it is none. */
  static Optional<PeerName> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 0xffff) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PeerName(
              InetAddress.ofLiteral(matcher.group(1).replace('_', ':')),
              Integer.parseInt(matcher.group(2)),
              matcher.group(3)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The process that a member of the group belongs to: each of its stream threads is one, with a
   * number after the name.
   */
  static Optional<PeerName> ofMember(String groupInstanceId) {
    Matcher matcher = MEMBER.matcher(groupInstanceId);
    return matcher.matches() ? parse(matcher.group(1)) : Optional.empty();
  }
}
