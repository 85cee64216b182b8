package io.vfr.streams.ops.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vfr.streams.emit.LatestPrediction;
import io.vfr.streams.ops.cluster.Ownership;
import io.vfr.streams.ops.cluster.PeerClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the latest prediction of any symbol that readers of the topic see, whichever instance
 * processes it: here, at that instance, or, where that one is not known, does not answer or has
 * predicted nothing yet, in {@code vfr.predictions} itself. Thread-safe.
 */
public final class PredictionLookup {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLookup.class);

  private final PredictionSource local;
  private final Ownership instances;
  private final PeerClient peers;
  private final PublishedPredictions published;

  /**
   * Creates a lookup.
   *
   * @param local the symbols of this instance
   * @param published asked for what no instance has at hand
   */
  public PredictionLookup(
      PredictionSource local,
      Ownership instances,
      PeerClient peers,
      PublishedPredictions published) {
    this.local = local;
    this.instances = instances;
    this.peers = peers;
    this.published = published;
  }

  /** The prediction of a symbol as this instance has made it; null if it has made none. */
  @Nullable LatestPrediction here(String symbol) {
    return local.find(symbol);
  }

  /** The other instance that processes a symbol; empty if it is this one, or open. */
  Optional<HostInfo> elsewhere(String symbol) {
    return instances.owner(symbol).filter(owner -> !owner.equals(instances.self()));
  }

  /** What this instance is called in answers. */
  String self() {
    return name(instances.self());
  }

  static String name(HostInfo instance) {
    return instance.host() + ":" + instance.port();
  }

  /** Only what this instance has made: for requests that others have passed on. */
  Map<String, Found> findHere(Collection<String> symbols) {
    Map<String, Found> found = new LinkedHashMap<>();
    for (String symbol : symbols) {
      LatestPrediction latest = local.find(symbol);
      if (latest != null) {
        found.put(symbol, found(latest, false));
      }
    }
    return found;
  }

  /** The predictions of these symbols, as far as there are any. */
  Map<String, Found> find(Collection<String> symbols) {
    Map<String, Found> found = new LinkedHashMap<>();
    Map<HostInfo, List<String>> others = new LinkedHashMap<>();
    List<String> unmade = new ArrayList<>();
    List<String> unasked = new ArrayList<>();
    for (String symbol : symbols) {
      Optional<HostInfo> owner = instances.owner(symbol);
      if (owner.isPresent() && !owner.get().equals(instances.self())) {
        others.computeIfAbsent(owner.get(), host -> new ArrayList<>()).add(symbol);
        continue;
      }
      LatestPrediction latest = local.find(symbol);
      if (latest != null) {
        found.put(symbol, found(latest, owner.isEmpty()));
      } else {
        (owner.isPresent() ? unmade : unasked).add(symbol);
      }
    }
    ask(others, found, unmade, unasked);
    fromTopic(unmade, false, found);
    fromTopic(unasked, true, found);
    return found;
  }

  private Found found(LatestPrediction latest, boolean stale) {
    return new Found(latest.message(), self(), stale);
  }

  private void ask(
      Map<HostInfo, List<String>> others,
      Map<String, Found> found,
      List<String> unmade,
      List<String> unasked) {
    Map<HostInfo, CompletableFuture<PeerClient.Answer>> answers = new LinkedHashMap<>();
    others.forEach((host, symbols) ->
        answers.put(
            host,
            peers.get(
                host,
                "/v1/predictions?symbols="
                    + URLEncoder.encode(String.join(",", symbols), StandardCharsets.UTF_8))));
    answers.forEach((host, coming) -> {
      List<String> symbols = others.getOrDefault(host, List.of());
      try {
        PeerClient.Answer answer = coming.join();
        if (!answer.isOk()) {
          throw new IOException("HTTP " + answer.status());
        }
        Map<String, byte[]> messages = messages(answer.body());
        for (String symbol : symbols) {
          byte[] message = messages.get(symbol);
          if (message == null) {
            unmade.add(symbol);
          } else {
            found.put(symbol, new Found(message, name(host), false));
          }
        }
      } catch (CompletionException | IOException e) {
        LOG.debug("{} does not answer: {}", host, e.toString());
        unasked.addAll(symbols);
      }
    });
  }

  /** The messages of an answer about several symbols, byte by byte as they came. */
  static Map<String, byte[]> messages(byte[] answer) throws IOException {
    Map<String, byte[]> messages = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(answer)) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        if (parser.currentToken() == null) {
          throw new IOException("no predictions in the answer");
        }
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        String symbol = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean isSymbol = parser.currentName().equals("symbol");
          parser.nextToken();
          if (isSymbol) {
            symbol = parser.getText();
          } else {
            parser.skipChildren();
          }
        }
        int to = Math.toIntExact(parser.currentLocation().getByteOffset());
        messages.put(symbol, Arrays.copyOfRange(answer, from, to));
      }
    }
    return messages;
  }

  private void fromTopic(List<String> symbols, boolean stale, Map<String, Found> found) {
    for (String symbol : symbols) {
      byte[] message = published.latest(symbol);
      if (message != null) {
        found.put(symbol, new Found(message, self(), stale));
      }
    }
  }
}
