package io.vfr.streams.ops.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * The data directory of an embedded cluster: one subdirectory a node, and a file that says which
 * cluster it is.
 *
 * <p>The file is written before any node is formatted, so that a crash in between leaves a
 * directory whose nodes still agree on the cluster id. The directory is locked while it is open.
 */
final class ClusterDirectory implements AutoCloseable {
  private static final String DESCRIPTION = "cluster.properties";
  private static final String LOCK = "cluster.lock";

  private final Path root;
  private final String clusterId;
  private final FileChannel lockChannel;

  private ClusterDirectory(Path root, String clusterId, FileChannel lockChannel) {
    this.root = root;
    this.clusterId = clusterId;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens or makes the directory of a cluster of {@code nodes} nodes.
   *
   * @throws BrokerException if it cannot be written, is in use, or holds another number of nodes
   */
  static ClusterDirectory open(Path root, int nodes) {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new BrokerException(
          "cannot make the data directory " + root + ": " + reason(e) + "; choose another --dir",
          e);
    }
    FileChannel channel = lock(root);
    try {
      return new ClusterDirectory(root, readOrWriteClusterId(root, nodes), channel);
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel, e);
      if (e instanceof BrokerException refused) {
        throw refused;
      }
      throw new BrokerException("cannot use the data directory " + root + ": " + reason(e), e);
    }
  }

  /** Kafka's own id of this cluster. */
  String clusterId() {
    return clusterId;
  }

  /** Where a node keeps its logs. */
  Path node(int nodeId) {
    return root.resolve("node-" + nodeId);
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  private static FileChannel lock(Path root) {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new BrokerException(
          "cannot write to the data directory "
              + root
              + ": "
              + reason(e)
              + "; choose another --dir",
          e);
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      throw inUse(root);
    } catch (OverlappingFileLockException e) {
      BrokerException refused = inUse(root);
      closeQuietly(channel, refused);
      throw refused;
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new BrokerException("cannot lock the data directory " + root + ": " + reason(e), e);
    } catch (BrokerException e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static BrokerException inUse(Path root) {
    return new BrokerException(
        "the data directory "
            + root
            + " is in use by another broker; stop it or choose another"
            + " --dir");
  }

  private static String readOrWriteClusterId(Path root, int nodes) throws IOException {
    Path file = root.resolve(DESCRIPTION);
    if (Files.exists(file)) {
      Properties found = new Properties();
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        found.load(reader);
      }
      String id = found.getProperty("cluster.id", "");
      String count = found.getProperty("nodes", "");
      if (id.isEmpty()) {
        throw new BrokerException(file + " names no cluster.id; choose another --dir");
      }
      if (!count.equals(Integer.toString(nodes))) {
        throw new BrokerException(
            "the data directory "
                + root
                + " holds a cluster of "
                + count
                + " node(s), not "
                + nodes
                + "; use --nodes "
                + count
                + " or another --dir");
      }
      return id;
    }
    String id = Uuid.randomUuid().toString();
    Properties description = new Properties();
    description.setProperty("cluster.id", id);
    description.setProperty("nodes", Integer.toString(nodes));
    StringWriter text = new StringWriter();
    description.store(text, null);
    replace(file, text.toString());
    return id;
  }

  private static void replace(Path file, String text) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(written, text);
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    try {
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }

  private static void closeQuietly(FileChannel channel, Exception cause) {
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
