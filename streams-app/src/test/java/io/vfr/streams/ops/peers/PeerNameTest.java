package io.vfr.streams.ops.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerNameTest {
  private static final String NONCE = "0123456789abcdef";

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.200.3", "::1", "fe80::1:2", "2001:db8::ff00:42:8329"})
  void text_isAllowedInTheGroup_andReadsBack(String address) {
    PeerName name = new PeerName(InetAddress.ofLiteral(address), 40_123, NONCE);
    assertThat(name.text()).matches("[a-zA-Z0-9._-]{1,249}");
    assertThat(PeerName.parse(name.text())).contains(name);
    assertThat(PeerName.ofMember(name.text() + "-12")).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vfr-2-1",
        "instance-0-1",
        "vfr_127.0.0.1_40123_0123456789abcdef",
        "vfr_127.0.0.1_40123_0123456789abcde-1",
        "vfr_127.0.0.1_70000_0123456789abcdef-1",
        "vfr_127.0.0.999_40123_0123456789abcdef-1",
        "vfr_example.org_40123_0123456789abcdef-1",
        "vfr_127.0.0.1_40123_0123456789abcdef-x"
      })
  void membersOfOtherNames_areNoPeers(String member) {
    assertThat(PeerName.ofMember(member)).isEmpty();
  }
}
