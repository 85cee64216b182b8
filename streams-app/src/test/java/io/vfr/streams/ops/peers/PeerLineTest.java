package io.vfr.streams.ops.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Lines to doors, over loopback. */
class PeerLineTest {
  private static final String HOST = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration A_WHILE = Duration.ofSeconds(2);

  private final List<PeerName> dead = new CopyOnWriteArrayList<>();

  @Test
  void doorThatShuts_isDeadOnce() {
    PeerDoor door = PeerDoor.open(HOST, 0);
    try (PeerLine line = PeerLine.to(door.name(), dead::add)) {
      await().atMost(SOON).until(line::isMet);
      assertThat(dead).isEmpty();
      door.close();
      await().atMost(SOON).until(() -> !dead.isEmpty());
      await().during(A_WHILE).atMost(SOON).until(() -> dead.equals(List.of(door.name())));
    }
  }

  @Test
  void doorThatIsOpen_hasManyVisitorsAndNobodyIsDead() {
    try (PeerDoor door = PeerDoor.open(HOST, 0);
        PeerLine first = PeerLine.to(door.name(), dead::add);
        PeerLine second = PeerLine.to(door.name(), dead::add)) {
      await().atMost(SOON).until(() -> first.isMet() && second.isMet());
      await().during(A_WHILE).atMost(SOON).until(dead::isEmpty);
    }
  }

  @Test
  void anotherProcessAtTheAddress_meansDead() throws Exception {
    PeerDoor door = PeerDoor.open(HOST, 0);
    try (PeerLine line = PeerLine.to(door.name(), dead::add)) {
      await().atMost(SOON).until(line::isMet);
      door.close();
      try (PeerDoor next = reopen(door.name().port())) {
        await().atMost(SOON).until(() -> dead.equals(List.of(door.name())));
        assertThat(next.name()).isNotEqualTo(door.name());
      }
    }
  }

  @Test
  void connectionsThatAreDropped_areMadeAnew() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(HOST))) {
      PeerName name = name(server, "00000000000000aa");
      try (PeerLine line = PeerLine.to(name, dead::add)) {
        for (int i = 0; i < 5; i++) {
          try (Socket visitor = server.accept()) {
            visitor
                .getOutputStream()
                .write((name.text() + "\n").getBytes(StandardCharsets.US_ASCII));
            await().atMost(SOON).until(line::isMet);
          }
        }
        assertThat(dead).isEmpty();
      }
    }
  }

  @Test
  void nameThatBreaksOff_isNotDead() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(HOST))) {
      PeerName name = name(server, "00000000000000aa");
      try (PeerLine line = PeerLine.to(name, dead::add)) {
        for (String said : List.of(name.text() + "\n", name.text().substring(0, 9))) {
          try (Socket visitor = server.accept()) {
            visitor.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            await().atMost(SOON).until(line::isMet);
          }
        }
        await().during(A_WHILE).atMost(SOON).until(dead::isEmpty);
      }
    }
  }

  @Test
  void doorThatSaysNothing_isNotDead() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(HOST))) {
      PeerName name = name(server, "00000000000000aa");
      try (PeerLine line = PeerLine.to(name, dead::add)) {
        try (Socket visitor = server.accept()) {
          visitor.getOutputStream().write((name.text() + "\n").getBytes(StandardCharsets.US_ASCII));
          await().atMost(SOON).until(line::isMet);
        }
        // As a suspended process: the kernel accepts for it.
        await().during(A_WHILE).atMost(SOON).until(dead::isEmpty);
      }
    }
  }

  @Test
  void addressThatWasNeverReached_isNotDead() throws Exception {
    PeerName nobody;
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(HOST))) {
      nobody = name(server, "00000000000000aa");
    }
    try (PeerDoor other = PeerDoor.open(HOST, 0);
        PeerLine refused = PeerLine.to(nobody, dead::add);
        PeerLine somebodyElse =
            PeerLine.to(
                new PeerName(other.name().address(), other.name().port(), "00000000000000bb"),
                dead::add)) {
      await()
          .during(A_WHILE)
          .atMost(SOON)
          .until(() -> dead.isEmpty() && !refused.isMet() && !somebodyElse.isMet());
    }
  }

  @Test
  void doorThatCannotBeOpened_saysWhatIsWrong() {
    assertThatThrownBy(() -> PeerDoor.open("192.0.2.1", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("streams.peer-host 192.0.2.1")
        .hasMessageContaining("must be an address of this machine");
    assertThatThrownBy(() -> PeerDoor.open("0.0.0.0", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("streams.peer-host");
  }

  /** A port is free only after whoever accepted there has noticed. */
  private static PeerDoor reopen(int port) {
    return await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(IllegalStateException.class)
        .until(() -> PeerDoor.open(HOST, port), door -> true);
  }

  private static PeerName name(ServerSocket server, String nonce) throws IOException {
    return new PeerName(InetAddress.getByName(HOST), server.getLocalPort(), nonce);
  }
}
