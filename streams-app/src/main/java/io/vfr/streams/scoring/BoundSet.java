package io.vfr.streams.scoring;

import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.BoundModel.RowStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The models of one set as one task uses them, in the order in which they score: champions, those
 * over the others' outputs last; fallbacks, for the rows in which their principal failed; shadows.
 */
final class BoundSet implements AutoCloseable {
  private static final IntPredicate EVERY_ROW = row -> true;
  private static final int ID_SUFFIX_CHARS = 12;

  private final ModelSet set;
  private final String idSuffix;
  private final ScoringConfig config;
  private final int volatilitySlot;
  private final List<Member> champions = new ArrayList<>();
  private final List<Member> fallbacks = new ArrayList<>();
  private final List<Member> shadows = new ArrayList<>();
  private final Map<String, Member> championsById = new HashMap<>();
  private boolean sheds;

  /**
   * Takes prepared scorers from the models of a set.
   *
   * @param volatilitySlot slot of {@code volatility_20d}
   */
  BoundSet(
      ModelSet set,
      ScoringConfig config,
      FeatureSlots slots,
      int volatilitySlot,
      ScoringCounters counters) {
    this.set = set;
    idSuffix = idSuffix(set);
    this.config = config;
    this.volatilitySlot = volatilitySlot;
    for (boolean meta : new boolean[] {false, true}) {
      for (ModelSet.Member each : set.members()) {
        if ((each.model().manifest().kind() == Kind.META) == meta) {
          add(each, slots, counters);
        }
      }
    }
    // In the order of the ids: sums over the models run in it.
    champions.sort(Comparator.comparing(Member::id));
  }

  private void add(ModelSet.Member each, FeatureSlots slots, ScoringCounters counters) {
    RowInputs inputs = new RowInputs(each.model().manifest(), slots, this::output);
    BoundModel bound =
        new BoundModel(each.model(), inputs, config.batchRowsMax(), isAttributed(each));
    Member member = new Member(bound, each.role(), counters, config.batchRowsMax());
    switch (each.role()) {
      case CHAMPION -> {
        champions.add(member);
        championsById.put(member.id(), member);
      }
      case FALLBACK -> fallbacks.add(member);
      case SHADOW -> shadows.add(member);
    }
  }

  /** Whether its inputs are among the drivers of predictions, see {@link DriverRanking}. */
  private static boolean isAttributed(ModelSet.Member each) {
    Manifest manifest = each.model().manifest();
    return each.role() != ModelRole.SHADOW
        && manifest.kind() != Kind.VOLATILITY
        && manifest.algorithm() != Algorithm.ONNX;
  }

  /**
   * Scores a batch with every model.
   *
   * @param shedding whether to leave out neural models, if there are champions of another kind
   */
  void score(List<FeatureVector> batch, boolean shedding) {
    sheds = shedding && champions.stream().anyMatch(champion -> !isNeural(champion));
    for (boolean meta : new boolean[] {false, true}) {
      for (Member champion : champions) {
        if (isMeta(champion) == meta) {
          score(champion, batch, EVERY_ROW);
        }
      }
    }
    for (Member fallback : fallbacks) {
      score(fallback, batch, row -> isNeeded(fallback, row));
    }
    for (Member shadow : shadows) {
      score(shadow, batch, EVERY_ROW);
    }
  }

  private static boolean isMeta(Member member) {
    return member.manifest().kind() == Kind.META;
  }

  private void score(Member member, List<FeatureVector> batch, IntPredicate wanted) {
    if (sheds && isNeural(member)) {
      member.shed(batch.size());
    } else {
      member.score(batch, wanted, volatilitySlot, config.neutralBand(), config.coverage());
    }
  }

  private static boolean isNeural(Member member) {
    return member.manifest().algorithm() == Algorithm.ONNX;
  }

  private boolean isNeeded(Member fallback, int row) {
    for (Member champion : champions) {
      if (champion.model().status(row) == RowStatus.FAILED
          && fallback.id().equals(champion.manifest().fallback())) {
        return true;
      }
    }
    return false;
  }

  /** A champion's output by {@code <id>} or {@code <id>.<k>}; NaN if it has none for the row. */
  private double output(String name, int row) {
    Member whole = championsById.get(name);
    if (whole != null) {
      return whole.model().status(row) == RowStatus.OK ? whole.model().output(row, 0) : Double.NaN;
    }
    int dot = name.lastIndexOf('.');
    Member one = dot < 0 ? null : championsById.get(name.substring(0, dot));
    if (one == null || one.model().status(row) != RowStatus.OK) {
      return Double.NaN;
    }
    String k = name.substring(dot + 1);
    int output = k.length() == 1 ? k.charAt(0) - '0' : -1;
    return output >= 0 && output < one.model().outputs()
        ? one.model().output(row, output)
        : Double.NaN;
  }

  /** The model that stands in for a champion that failed in a row; null if none can. */
  @Nullable Member standIn(Member failed, int row) {
    String id = failed.manifest().fallback();
    if (id == null || failed.model().status(row) != RowStatus.FAILED) {
      return null;
    }
    Member champion = championsById.get(id);
    if (champion != null) {
      return champion.forecast(row) == null ? null : champion;
    }
    for (Member fallback : fallbacks) {
      if (fallback.id().equals(id) && fallback.forecast(row) != null) {
        return fallback;
      }
    }
    return null;
  }

  /**
   * The first champion by id that a member stands in for in a row, its id; null if there is none.
   */
  @Nullable String standsInFor(Member member, int row) {
    for (Member champion : champions) {
      if (standIn(champion, row) == member) {
        return champion.id();
      }
    }
    return null;
  }

  ModelSet set() {
    return set;
  }

  /** What the ids of all predictions of a set end with. */
  static String idSuffix(ModelSet set) {
    return '-' + set.digest().substring(0, ID_SUFFIX_CHARS);
  }

  /** What the ids of all its predictions end with. */
  String idSuffix() {
    return idSuffix;
  }

  /** By id. */
  List<Member> champions() {
    return champions;
  }

  List<Member> fallbacks() {
    return fallbacks;
  }

  List<Member> shadows() {
    return shadows;
  }

  /** The champion that forecasts volatility; null if there is none. */
  @Nullable Member volatility() {
    for (Member champion : champions) {
      if (champion.manifest().kind() == Kind.VOLATILITY) {
        return champion;
      }
    }
    return null;
  }

  @Override
  public void close() {
    champions.forEach(Member::close);
    fallbacks.forEach(Member::close);
    shadows.forEach(Member::close);
  }
}
