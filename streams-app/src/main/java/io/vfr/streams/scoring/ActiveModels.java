package io.vfr.streams.scoring;

import io.vfr.models.load.LoadedModel;
import java.util.Comparator;
import java.util.List;

/**
 * The set of models that is in use, as one immutable value: a swap replaces the whole set between two records.
 *
 * @param models verified models, ordered by id
 * @param digest digest of the set: ids, versions and digests of all of them
 */
public record ActiveModels(List<LoadedModel> models, String digest) {
  public ActiveModels {
    models = models.stream().sorted(Comparator.comparing(m -> m.manifest().key())).toList();
  }
}
