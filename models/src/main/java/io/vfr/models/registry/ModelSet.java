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
 * The models that one prediction is made with, each in its role, and their common digest.
 * Immutable: another set takes its place by one reference. Owns the handles it was given.
 */
public final class ModelSet implements AutoCloseable {
  /** One model in its role. */
  public record Member(LoadedModel model, ModelRole role) {
    private String key() {
      return model.manifest().key();
    }
  }

  private final List<Member> members;
  private final String digest;
  private final SequencePlan sequences;

  private ModelSet(List<Member> members) {
    this.members = members;
    sequences =
        SequencePlan.of(
            members.stream()
                .flatMap(member -> Stream.ofNullable(member.model().manifest().sequence()))
                .toList());
    Set<String> keys = new HashSet<>();
    Set<String> ids = new HashSet<>();
    StringBuilder lines = new StringBuilder();
    for (Member member : members) {
      String id = member.model().manifest().id();
      boolean weighs = member.role() != ModelRole.SHADOW;
      if (!keys.add(member.key()) || (weighs && !ids.add(id))) {
        throw new IllegalArgumentException(
            (weighs ? id : member.key()) + " occurs twice in a model set");
      }
      if (weighs) {
        lines.append(member.key()).append(':').append(member.model().digest()).append('\n');
      }
    }
    digest = Sha256.hex(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Takes over handles of models that are all champions.
   *
   * @throws IllegalArgumentException if an id occurs twice
   */
  public static ModelSet ofChampions(Collection<LoadedModel> models) {
    return of(models.stream().map(model -> new Member(model, ModelRole.CHAMPION)).toList());
  }

  /**
   * Takes over handles.
   *
   * @throws IllegalArgumentException if a version occurs twice, or an id twice among champions and
   *     fallbacks
   */
  public static ModelSet of(Collection<Member> members) {
    return new ModelSet(
        members.stream()
            .sorted(
                Comparator.comparing((Member member) -> member.model().manifest().id())
                    .thenComparing(Member::key))
            .toList());
  }

  /** The models in the order of their ids, then of their keys {@code id@version}. */
  public List<Member> members() {
    return members;
  }

  /** The models without their roles, in the same order. */
  public List<LoadedModel> models() {
    return members.stream().map(Member::model).toList();
  }

  /**
   * SHA-256, hex, over the lines {@code id@version:digest} of champions and fallbacks in order:
   * part of every prediction id. Shadows are left out, since they cannot move a forecast.
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
    members.forEach(member -> member.model().close());
  }
}
