package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vfr bench profile}. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description = {
      "What the stream threads and their producers' threads of one of ours did in a recording of",
      "`throughput`, `scale` or `latency --profile`: shares of CPU samples, and of allocated bytes."
    })
final class ProfileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "The recording, bench-<contender>-<round>.jfr.")
  private Path recording = Path.of("");

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(recording)) {
      throw new ParameterException(spec.commandLine(), "there is no recording " + recording);
    }
    ProfileShares cpu = new ProfileShares();
    ProfileShares allocated = new ProfileShares();
    int samples = 0;
    Set<String> allocating = new HashSet<>();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        switch (event.getEventType().getName()) {
          case "jdk.CPUTimeSample" -> samples += add(event, 1, cpu);
          case "jdk.ObjectAllocationSample" -> {
            // A thread's first sample stands for all that it has allocated before the recording.
            if (!allocating.add(thread(event))) {
              add(event, event.getLong("weight"), allocated);
            }
          }
          default -> {
            // What a recording tells of itself.
          }
        }
      }
    }
    if (samples == 0) {
      throw new ParameterException(
          spec.commandLine(), recording + " holds no CPU sample of a stream thread");
    }
    print(samples, cpu.percent(), allocated.percent());
    return 0;
  }

  /** How many samples of threads that count it is: one or none. */
  private static int add(RecordedEvent event, double weight, ProfileShares shares) {
    if (!ProfileShares.counts(thread(event)) || event.getStackTrace() == null) {
      return 0;
    }
    shares.add(methods(event.getStackTrace().getFrames()), weight);
    return 1;
  }

  /** The name of the thread that a sample is of; empty for one that Java does not know. */
  private static String thread(RecordedEvent event) {
    RecordedThread thread = event.getThread("eventThread");
    return thread == null || thread.getJavaName() == null ? "" : thread.getJavaName();
  }

  private static List<String> methods(List<RecordedFrame> frames) {
    return frames.stream().map(RecordedFrame::getMethod).map(ProfileCommand::name).toList();
  }

  private static String name(RecordedMethod method) {
    String type = method.getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + '.' + method.getName();
  }

  private void print(int samples, Map<String, Double> cpu, Map<String, Double> allocated)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("samples", samples);
      all.put("cpuPercent", cpu);
      all.put("allocatedPercent", allocated);
      out.println(new ObjectMapper().writeValueAsString(all));
    } else {
      out.printf(
          Locale.ROOT, "%,d samples%n%-60s %6s %10s%n", samples, "per cent of", "CPU", "allocated");
      cpu.forEach((part, percent) ->
          out.printf(Locale.ROOT, "%-60s %6.1f %10.1f%n", part, percent, allocated.get(part)));
    }
    out.flush();
  }
}
