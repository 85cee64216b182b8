package io.vfr.chaos.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a scenario found: its figures in order, and every promise that was broken. Thread-safe. */
public final class Verdict {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String scenario;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> breaches = new ArrayList<>();

  /** A verdict without figures and breaches yet. */
  public Verdict(String scenario) {
    this.scenario = scenario;
  }

  /** Notes a figure: a number, a text, or a map of them. */
  public synchronized void figure(String name, Object value) {
    figures.put(name, value);
  }

  /** Notes a broken promise. */
  public synchronized void breach(String what) {
    breaches.add(what);
  }

  /** Notes a broken promise if it is one. */
  public void breachIf(boolean broken, String what) {
    if (broken) {
      breach(what);
    }
  }

  /** Whether no promise was broken. */
  public synchronized boolean passed() {
    return breaches.isEmpty();
  }

  /** Every broken promise so far. */
  public synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** The figures so far. */
  public synchronized Map<String, Object> figures() {
    return new LinkedHashMap<>(figures);
  }

  /** Prints it, for people or as one line of JSON. */
  public synchronized void print(PrintWriter out, boolean json) {
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("scenario", scenario);
      all.put("passed", passed());
      all.putAll(figures);
      all.put("breaches", breaches);
      try {
        out.println(JSON.writeValueAsString(all));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a figure that is no JSON", e);
      }
    } else {
      figures.forEach((name, value) -> out.printf("  %-28s %s%n", name, value));
      breaches.forEach(breach -> out.println("BREACH " + breach));
      out.println(scenario + ": " + (passed() ? "PASSED" : "FAILED"));
    }
    out.flush();
  }
}
