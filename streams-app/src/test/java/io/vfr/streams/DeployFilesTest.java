package io.vfr.streams;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.vfr.schemas.Topic;
import io.vfr.schemas.TopicSpec;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The manifests of k8s/ against the models of Kubernetes, the Prometheus operator and Strimzi: no
 * field that these do not know. What Kustomize makes of them is checked by scripts/check-deploy.
 */
class DeployFilesTest {
  private static final Path K8S = Path.of("..", "k8s");
  private static final int PARTITIONS = 8;
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Map.of(
          "StatefulSet", StatefulSet.class,
          "Service", Service.class,
          "ServiceAccount", ServiceAccount.class,
          "Namespace", Namespace.class,
          "PodDisruptionBudget", PodDisruptionBudget.class,
          "NetworkPolicy", NetworkPolicy.class,
          "ServiceMonitor", ServiceMonitor.class,
          "PrometheusRule", PrometheusRule.class,
          "KafkaTopic", strimzi("topic.KafkaTopic"),
          "KafkaUser", strimzi("user.KafkaUser"));

  /** KEDA has no models for Java. */
  private static final List<String> WITHOUT_MODEL =
      List.of("ScaledObject", "TriggerAuthentication");

  /** By name: the compiler would want annotations that are not published. */
  private static Class<? extends HasMetadata> strimzi(String name) {
    try {
      return Class.forName("io.strimzi.api.kafka.model." + name).asSubclass(HasMetadata.class);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> documents(Path file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      all.forEachRemaining(documents::add);
    }
    return documents;
  }

  private static List<JsonNode> manifests() throws IOException {
    List<JsonNode> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.walk(K8S)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        if (!file.endsWith("kustomization.yaml")) {
          manifests.addAll(documents(file));
        }
      }
    }
    return manifests;
  }

  /**
   * Reads a manifest as its kind and writes it again: what the model does not know is lost or
   * stands among the additional properties, and is found.
   */
  private static void assertKnown(JsonNode manifest) throws IOException {
    Class<? extends HasMetadata> model =
        requireNonNull(MODELS.get(manifest.path("kind").asText()), manifest.path("kind").asText());
    HasMetadata read = JSON.treeToValue(manifest, model);
    assertThat(manifest.path("apiVersion").asText())
        .endsWith(read.getApiVersion().replaceAll(".*/", ""));
    assertThat(additional(read, model.getSimpleName())).isEmpty();
    assertThat(missing(manifest, JSON.valueToTree(read), "")).isEmpty();
  }

  /** Properties that a model keeps without knowing them, wherever in it. */
  private static List<String> additional(@Nullable Object value, String path) {
    List<String> found = new ArrayList<>();
    switch (value) {
      case null -> {}
      case Map<?, ?> map -> map.forEach((k, v) -> found.addAll(additional(v, path + "." + k)));
      case Iterable<?> list -> list.forEach(each -> found.addAll(additional(each, path + "[]")));
      default -> {
        String name = value.getClass().getName();
        if (!name.startsWith("io.fabric8.") && !name.startsWith("io.strimzi.")
            || value.getClass().isEnum()) {
          return found;
        }
        for (var method : value.getClass().getMethods()) {
          if (method.getParameterCount() > 0
              || !method.getName().startsWith("get")
              || method.getName().equals("getClass")
              || method.getName().equals("getDeclaringClass")) {
            continue;
          }
          try {
            Object property = method.invoke(value);
            if (method.getName().equals("getAdditionalProperties")) {
              ((Map<?, ?>) property).keySet().forEach(key -> found.add(path + "." + key));
            } else {
              found.addAll(additional(property, path + "." + method.getName().substring(3)));
            }
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(path + "." + method.getName(), e);
          }
        }
      }
    }
    return found;
  }

  /** Fields that were lost on the way through the model. */
  private static List<String> missing(JsonNode wanted, JsonNode got, String path) {
    List<String> missing = new ArrayList<>();
    if (wanted.isObject()) {
      for (Iterator<String> names = wanted.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!got.has(name)) {
          // What is empty or false may be left out.
          if (!wanted.path(name).isEmpty() || wanted.path(name).asBoolean()) {
            missing.add(path + "." + name);
          }
        } else {
          missing.addAll(missing(wanted.path(name), got.path(name), path + "." + name));
        }
      }
    } else if (wanted.isArray()) {
      for (int i = 0; i < wanted.size(); i++) {
        missing.addAll(missing(wanted.path(i), got.path(i), path + "[" + i + "]"));
      }
    }
    return missing;
  }

  @Test
  void everyField_isKnown() throws IOException {
    int read = 0;
    for (JsonNode manifest : manifests()) {
      if (!WITHOUT_MODEL.contains(manifest.path("kind").asText())) {
        assertKnown(manifest);
        read++;
      }
    }
    assertThat(read).isGreaterThan(25);
  }

  /** The test above can fail. */
  @Test
  void misspelledField_isFound() throws IOException {
    for (JsonNode manifest : manifests()) {
      if (MODELS.containsKey(manifest.path("kind").asText())) {
        ObjectNode wrong = manifest.deepCopy();
        wrong.withObject("/spec").put("replicaas", 3);
        assertThatThrownBy(() -> assertKnown(wrong)).isInstanceOfAny(Throwable.class);
      }
    }
  }

  @Test
  void topics_areThoseOfTheCode() throws IOException {
    Map<String, JsonNode> declared = new TreeMap<>();
    for (JsonNode each : documents(K8S.resolve("base/kafka-topics.yaml"))) {
      String name = each.at("/spec/topicName").asText(each.at("/metadata/name").asText());
      declared.put(name, each.path("spec"));
    }
    assertThat(declared.keySet())
        .containsExactlyInAnyOrderElementsOf(Topics.all().stream().map(Topic::name).toList());
    for (Topic<?> topic : Topics.all()) {
      TopicSpec spec = topic.spec();
      JsonNode found = declared.getOrDefault(topic.name(), JSON.createObjectNode());
      assertThat(found.path("partitions").asInt())
          .as(topic.name())
          .isEqualTo(spec.partitionCount(PARTITIONS));
      Map<String, String> configs = new TreeMap<>();
      found
          .path("config")
          .properties()
          .forEach(each -> configs.put(each.getKey(), each.getValue().asText()));
      assertThat(configs).as(topic.name()).containsAllEntriesOf(spec.configs());
    }
  }

  @Test
  void scaling_endsWithThePartitions() throws IOException {
    for (JsonNode each : documents(K8S.resolve("overlays/prod/keda.yaml"))) {
      if (each.path("kind").asText().equals("ScaledObject")) {
        assertThat(each.at("/spec/maxReplicaCount").asInt()).isEqualTo(PARTITIONS);
        assertThat(each.at("/spec/triggers/0/metadata/topic").asText())
            .isEqualTo(Topics.PRICES.name());
        assertThat(
                each.at(
                        "/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds")
                    .asInt())
            .isGreaterThanOrEqualTo(600);
        return;
      }
    }
    throw new AssertionError("no ScaledObject");
  }
}
