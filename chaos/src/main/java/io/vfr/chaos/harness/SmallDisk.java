package io.vfr.chaos.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of a few megabytes in memory, to be filled. Needs the right to mount (root on
 * Linux).
 */
public final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 4096;

  private final Path path;
  private final Path ballast;

  private SmallDisk(Path path) {
    this.path = path;
    ballast = path.resolve("ballast");
  }

  /**
   * Mounts one.
   *
   * @param path where; made if missing
   * @throws IllegalStateException if that is not allowed here
   */
  public static SmallDisk mount(Path path, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(path);
    run(
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=" + megabytes + "m",
        "vfr-chaos-small-disk",
        path.toString());
    return new SmallDisk(path);
  }

  /** Writes until not a byte more goes in. */
  public void fill() throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      if (path.toFile().getUsableSpace() >= CHUNK_BYTES) {
        throw e;
      }
    }
  }

  /** Gives the space back. */
  public void free() throws IOException {
    Files.delete(ballast);
  }

  @Override
  public void close() throws InterruptedException {
    try {
      run("umount", "--lazy", path.toString());
    } catch (IOException e) {
      throw new IllegalStateException("cannot unmount " + path, e);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " is not possible here (it takes root): " + said.strip());
    }
  }
}
