package io.vfr.models.load;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's environment, one per process, made with the first model that needs it.
 *
 * <p>The Java library frees it in a shutdown hook of its own, beside the hook in which stream
 * threads finish their last batches: sessions would use freed memory, and calls would fail that
 * must not, for their results are still committed. The native environment counts its users, so this
 * class becomes one more and never leaves; the process's end frees it. The library also leaves its
 * unpacked files, tens of megabytes, to the exit, so that every killed process would leave them for
 * good; they are deleted at once. Both need what is private in the library's Java classes, hence
 * the reflection; were it not found, a warning would say so.
 */
final class OnnxEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxEnvironment.class);
  private static final String NAME = "vfr";

  /** Where the library looks before it unpacks its files. */
  private static final String LIBRARY_PATH = "onnxruntime.native.path";

  /** What goes wrong reaches the caller as an exception; it need not be on stderr as well. */
  private static final OrtLoggingLevel LEVEL = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

  private OnnxEnvironment() {}

  /**
   * The environment.
   *
   * @throws LinkageError if the native library does not load
   */
  static OrtEnvironment get() {
    return Holder.ENVIRONMENT;
  }

  private static OrtEnvironment create() {
    NativeLibraries.directoryWith(NativeLibraries.ONNX_RUNTIME, NativeLibraries.ONNX_RUNTIME_JNI)
        .ifPresent(OnnxEnvironment::tell);
    OrtEnvironment environment = OrtEnvironment.getEnvironment(LEVEL, NAME);
    try {
      environment.setTelemetry(false);
      keepPastShutdownHooks();
      deleteUnpackedFiles();
    } catch (OrtException | ReflectiveOperationException | RuntimeException | IOException e) {
      LOG.warn(
          "ONNX Runtime may free its environment while calls are in flight at shutdown, or leave"
              + " its unpacked files behind: {}",
          e.toString());
    }
    return environment;
  }

  private static void tell(Path unpacked) {
    if (System.getProperty(LIBRARY_PATH) == null) {
      System.setProperty(LIBRARY_PATH, unpacked.toString());
    }
  }

  private static void keepPastShutdownHooks() throws ReflectiveOperationException {
    Field api = field("ortApiHandle");
    Method retain =
        OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
    retain.setAccessible(true);
    retain.invoke(null, api.getLong(null), LEVEL.getValue(), NAME);
  }

  private static void deleteUnpackedFiles() throws ReflectiveOperationException, IOException {
    if (field("tempDirectory").get(null) instanceof Path directory
        && Files.isDirectory(directory)) {
      UnpackedLibrary.delete(directory);
    }
  }

  private static Field field(String name) throws ReflectiveOperationException {
    Field field = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /**
   * Makes the environment on a thread with a large stack. Before telemetry can be switched off, the
   * library matches the process's command line against a regular expression by recursion: a class
   * path of some thousand characters overflows a usual stack and takes the process with it. The
   * environment variable ORT_DISABLE_TELEMETRY, which the scripts set, spares that.
   */
  private static final class Holder {
    /** Enough for the longest argument that Linux allows; only what is used of it takes memory. */
    private static final long STACK_BYTES = 64L << 20;

    private static final OrtEnvironment ENVIRONMENT = onLargeStack();

    private static OrtEnvironment onLargeStack() {
      FutureTask<OrtEnvironment> made = new FutureTask<>(OnnxEnvironment::create);
      Thread thread = new Thread(null, made, "vfr-onnx-environment", STACK_BYTES);
      thread.setDaemon(true);
      thread.start();
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return made.get();
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkageError missing) {
              throw missing;
            }
            throw new IllegalStateException("ONNX Runtime's environment cannot be made", e);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
