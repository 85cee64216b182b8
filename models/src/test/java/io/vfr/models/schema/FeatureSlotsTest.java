package io.vfr.models.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FeatureSlotsTest {
  private final FeatureSchema schema = FeatureSchema.current();

  @Test
  void slot_schemaNames_keepTheirIndex() {
    FeatureSlots slots = new FeatureSlots(schema, 2);

    assertThat(slots.size()).isEqualTo(schema.size());
    assertThat(slots.capacity()).isEqualTo(schema.size() + 2);
    for (int i = 0; i < schema.size(); i++) {
      assertThat(slots.slot(schema.names().get(i))).isEqualTo(i);
      assertThat(slots.name(i)).isEqualTo(schema.names().get(i));
    }
  }

  @Test
  void intern_openNames_followInOrderOfAppearance() {
    FeatureSlots slots = new FeatureSlots(schema, 2);

    assertThat(slots.slot("pe_ratio")).isEqualTo(-1);
    assertThat(slots.intern("pe_ratio")).isEqualTo(schema.size());
    assertThat(slots.intern("vix")).isEqualTo(schema.size() + 1);
    assertThat(slots.intern("pe_ratio")).isEqualTo(schema.size());
    assertThat(slots.name(schema.size() + 1)).isEqualTo("vix");
    assertThat(slots.size()).isEqualTo(schema.size() + 2);
  }

  @Test
  void intern_fullTable_refusesNewNamesAndKeepsKnownOnes() {
    FeatureSlots slots = new FeatureSlots(schema, 1);
    slots.intern("vix");

    assertThat(slots.intern("dgs10")).isEqualTo(-1);
    assertThat(slots.slot("dgs10")).isEqualTo(-1);
    assertThat(slots.intern("vix")).isEqualTo(schema.size());
  }

  @Test
  void internAll_namesThatDoNotAllFit_assignsNoneAndNamesThem() {
    FeatureSlots slots = new FeatureSlots(schema, 3);
    slots.intern("vix");
    String computed = schema.names().getFirst();

    assertThat(slots.internAll(List.of("a", computed, "b", "vix", "c", "a")))
        .containsExactly("a", "b", "c");
    assertThat(slots.size()).isEqualTo(schema.size() + 1);
    assertThat(slots.internAll(List.of("a", computed, "b", "vix", "a"))).isEmpty();
    assertThat(slots.slot("b")).isEqualTo(schema.size() + 2);
    assertThat(slots.internAll(List.of("b", "vix"))).as("full, and nothing new").isEmpty();
    assertThat(slots.internAll(List.of("d"))).containsExactly("d");
  }

  @Test
  void intern_fromManyThreads_givesEachNameOneSlot()
      throws InterruptedException, ExecutionException {
    int names = 200;
    FeatureSlots slots = new FeatureSlots(schema, names);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<List<Integer>>> results =
          IntStream.range(0, 4)
              .mapToObj(t ->
                  threads.submit(() ->
                      IntStream.range(0, names)
                          .map(i -> (i * 7 + t * 50) % names)
                          .map(i -> slots.intern("open_" + i))
                          .boxed()
                          .toList()))
              .toList();
      for (Future<List<Integer>> result : results) {
        assertThat(result.get()).doesNotHaveDuplicates().doesNotContain(-1);
      }
    }
    for (int i = 0; i < names; i++) {
      assertThat(slots.name(slots.slot("open_" + i))).isEqualTo("open_" + i);
    }
  }
}
