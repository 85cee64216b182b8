package io.vfr.streams.ops.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelCache;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSlots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a version wherever it lies, or fetches it, and has it verified: by the loader, for the
 * ensemble, and for its inputs' slots. A version that passed is loaded and kept in the cache.
 * Belongs to one thread at a time.
 */
final class ModelVerifier {
  /** Inputs with this prefix are outputs of other models and no features. */
  private static final String MODEL_OUTPUT_PREFIX = "model.";

  private static final Logger LOG = LoggerFactory.getLogger(ModelVerifier.class);

  private final ModelCache cache;
  private final LocalModels local;
  private final ArtifactStore artifacts;
  private @Nullable FeatureSlots slots;

  ModelVerifier(ModelCache cache, LocalModels local, ArtifactStore artifacts) {
    this.cache = cache;
    this.local = local;
    this.artifacts = artifacts;
  }

  /**
   * Sets the slots in which models find their inputs. Until then none is refused for want of one.
   */
  void use(FeatureSlots slots) {
    this.slots = slots;
  }

  /** The features that a model reads. */
  static Set<String> features(Manifest manifest) {
    Set<String> names = new LinkedHashSet<>(manifest.inputNames());
    names.addAll(manifest.required());
    names.removeIf(name -> name.startsWith(MODEL_OUTPUT_PREFIX));
    return names;
  }

  /** Begins to load a version that lies here, so that verifying it finds it in memory. */
  void begin(ModelRef ref) {
    Optional<ModelDirectory> directory = local.directory(ref).or(() -> artifacts.find(ref));
    directory.ifPresent(found -> {
      cache.keepAlso(found.path());
      cache
          .get(found)
          .whenComplete((model, refusal) -> {
            // Whoever verifies it learns what is wrong with it.
            if (model != null) {
              model.close();
            }
          });
    });
  }

  /** Verifies a version; waits for it to be fetched and loaded. */
  Verdict verify(ModelRef ref, RegistryState registry) throws InterruptedException {
    Optional<RegistryState.Entry> entry = registry.find(ref);
    List<ModelDirectory> present = new ArrayList<>();
    local.directory(ref).ifPresent(present::add);
    artifacts.find(ref).ifPresent(present::add);
    ModelRejectedException refusal = null;
    for (ModelDirectory directory : present) {
      try {
        return load(ref, directory);
      } catch (ModelRejectedException e) {
        refusal = e;
      }
    }
    if (entry.isPresent()) {
      if (refusal != null) {
        LOG.warn("{} is fetched anew: {}", ref, refusal.getMessage());
      }
      try {
        return load(ref, artifacts.fetch(entry.get().registration()));
      } catch (ModelRejectedException e) {
        artifacts.forget(ref);
        refusal = e;
      } catch (IOException | KafkaException e) {
        return new Verdict.Unavailable(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
    if (refusal == null) {
      return new Verdict.Unavailable("it lies nowhere");
    }
    return new Verdict.Refused(
        new Rejection(ref.key(), refusal.reason(), String.valueOf(refusal.getMessage())),
        entry.orElse(null));
  }

  private Verdict load(ModelRef ref, ModelDirectory directory)
      throws ModelRejectedException, InterruptedException {
    cache.keepAlso(directory.path());
    try (LoadedModel model = cache.get(directory).get()) {
      if (!model.digest().equals(ref.digest())) {
        throw new ModelRejectedException(
            RejectionReason.BAD_DIGEST,
            directory.path() + " has digest " + model.digest() + "; it had " + ref.digest());
      }
      Manifest manifest = model.manifest();
      String objection = Suitability.objection(manifest);
      if (objection != null) {
        throw new ModelRejectedException(RejectionReason.UNSUPPORTED, objection);
      }
      requireSlots(manifest);
      return new Verdict.Usable(directory, manifest.fallback(), model.caveat());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ModelRejectedException refused) {
        throw refused;
      }
      // A bug of a parser or a model too large for the heap is the model's problem, not the flow's.
      LOG.warn("Loading {} failed", ref, e.getCause());
      throw new ModelRejectedException(
          RejectionReason.UNREADABLE_ARTIFACT, "loading it failed: " + e.getCause(), e);
    }
  }

  private void requireSlots(Manifest manifest) throws ModelRejectedException {
    if (slots == null) {
      return;
    }
    List<String> homeless = slots.internAll(features(manifest));
    if (!homeless.isEmpty()) {
      throw new ModelRejectedException(
          RejectionReason.NO_SLOT,
          manifest.key()
              + " reads "
              + homeless.size()
              + " features for which no slot is left, "
              + homeless.getFirst()
              + " the first of them: restart with a larger features.open-names-max");
    }
  }
}
