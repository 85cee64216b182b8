package io.vfr.streams;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.regex.Pattern;

/** The house: data enters at the top and leaves at the bottom, and nothing reaches up. */
@AnalyzeClasses(packages = "io.vfr", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String APP = "io.vfr.streams";

  @ArchTest
  static final ArchRule ingestKnowsNoLaterStage =
      knowsNone("ingest", "features", "scoring", "emit");

  @ArchTest
  static final ArchRule featuresKnowNoLaterStage = knowsNone("features", "scoring", "emit");

  @ArchTest
  static final ArchRule scoringKnowsNoLaterStage = knowsNone("scoring", "emit", "steward");

  @ArchTest static final ArchRule emitKnowsNoSteward = knowsNone("emit", "steward");

  @ArchTest
  static final ArchRule theStewardKnowsOnlyWhatScoringTells =
      knowsNone("steward", "ingest", "features", "emit");

  @ArchTest
  static final ArchRule noStageKnowsWhatIsAroundTheFlow =
      noClasses()
          .that()
          .resideInAnyPackage(
              APP + ".ingest..",
              APP + ".features..",
              APP + ".scoring..",
              APP + ".emit..",
              APP + ".steward..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(APP + ".ops..", APP + ".cli..", APP);

  @ArchTest
  static final ArchRule theTopologyHasNoLifecycle =
      noClasses()
          .that()
          .haveFullyQualifiedName(APP + ".ScoringTopology")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.kafka.streams.KafkaStreams");

  @ArchTest
  static final ArchRule windowMathsAndModelsAreFreeOfKafka =
      noClasses()
          .that()
          .resideInAnyPackage(APP + ".features.window..", "io.vfr.models..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.vfr.schemas..");

  @ArchTest
  static final ArchRule configurationKnowsNoStage =
      noClasses()
          .that()
          .resideInAPackage(APP + ".config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              APP + ".ingest..",
              APP + ".features..",
              APP + ".scoring..",
              APP + ".emit..",
              APP + ".steward..",
              APP + ".ops..",
              APP + ".cli..");

  private static final DescribedPredicate<JavaClass> STREAMS_INTERNALS =
      resideInAnyPackage(
          "org.apache.kafka.streams.processor.internals..",
          "org.apache.kafka.streams.state.internals..");

  /** {@code ops} starts Kafka Streams and may count its clients. */
  @ArchTest
  static final ArchRule kafkaStreamsInternalsStayInTwoClassesOfState =
      noClasses()
          .that()
          .resideInAPackage(APP + "..")
          .and()
          .resideOutsideOfPackage(APP + ".ops..")
          .and()
          .haveNameNotMatching(Pattern.quote(APP + ".state.") + "(CommitBarrier|TaskScope)(\\$.*)?")
          .should()
          .dependOnClassesThat(STREAMS_INTERNALS);

  /** It gives one task up and commits what it has written (docs/decisions/0014 and 0025). */
  @ArchTest
  static final ArchRule noTaskIsGivenUpAlone =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.kafka.streams.errors.TaskCorruptedException");

  @ArchTest
  static final ArchRule modelsHaveNoCycles =
      slices().matching("io.vfr.models.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule processorsArePackagePrivate =
      classes()
          .that()
          .implement(org.apache.kafka.streams.processor.api.Processor.class)
          .should()
          .bePackagePrivate();

  private static ArchRule knowsNone(String stage, String... later) {
    String[] packages = new String[later.length];
    for (int i = 0; i < later.length; i++) {
      packages[i] = APP + "." + later[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(APP + "." + stage + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }
}
