package io.vfr.models.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.SequencePlan;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The models that one prediction is made with, by id, and their common digest. Immutable: another
 * set takes its place by one reference. Owns the handles it was given.
 */
public final class ModelSet implements AutoCloseable {
  private final List<LoadedModel> models;
  private final String digest;
  private final SequencePlan sequences;

  /**
   * Takes over handles.
   *
   * @throws IllegalArgumentException if an id occurs twice or a sequence cannot be made
   */
  public ModelSet(Collection<LoadedModel> models) {
    this.models =
        models.stream().sorted(Comparator.comparing(model -> model.manifest().id())).toList();
    Set<String> ids = new HashSet<>();
    StringBuilder lines = new StringBuilder();
    for (LoadedModel model : this.models) {
      if (!ids.add(model.manifest().id())) {
        throw new IllegalArgumentException(model.manifest().id() + " occurs twice in a model set");
      }
      lines.append(model.manifest().key()).append(':').append(model.digest()).append('\n');
    }
    sequences =
        SequencePlan.of(
            this.models.stream()
                .flatMap(model -> Stream.ofNullable(model.manifest().sequence()))
                .toList());
    digest = Sha256.hex(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The models in the order of their ids. */
  public List<LoadedModel> models() {
    return models;
  }

  /**
   * SHA-256, hex, over the lines {@code id@version:digest} in order: part of every prediction id.
   */
  public String digest() {
    return digest;
  }

  /** The sequences that the models read, all in one. */
  public SequencePlan sequences() {
    return sequences;
  }

  @Override
  public void close() {
    models.forEach(LoadedModel::close);
  }
}
