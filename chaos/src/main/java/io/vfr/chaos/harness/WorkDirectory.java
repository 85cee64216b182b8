package io.vfr.chaos.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Where a scenario keeps its files: a directory that was asked for and stays, or a temporary one
 * that stays only where there is something to look at.
 *
 * @param temporary whether it goes when all is well
 */
public record WorkDirectory(Path path, boolean temporary) {
  /** The directory that was asked for, or a temporary one. */
  public static WorkDirectory of(@Nullable Path asked) throws IOException {
    Path path =
        asked == null ? Files.createTempDirectory("vfr-chaos-") : Files.createDirectories(asked);
    return new WorkDirectory(path.toAbsolutePath(), asked == null);
  }

  /**
   * Deletes it if it is temporary and nobody needs it.
   *
   * @return whether it is still there
   */
  public boolean leave(boolean passed) throws IOException {
    if (!temporary || !passed) {
      return true;
    }
    Utils.delete(path.toFile());
    return false;
  }
}
