package io.vfr.chaos.failures;

import java.util.List;

/** The commands of this package. */
public final class Failures {
  private Failures() {}

  /** Their classes, in the order in which they are listed. */
  public static List<Class<?>> commands() {
    return List.of(
        KillOneCommand.class,
        KillAllCommand.class,
        RollingCommand.class,
        ScaleCommand.class,
        ZombieCommand.class,
        DamagedStateCommand.class,
        OldStateCommand.class,
        FullDiskCommand.class,
        BrokerKillCommand.class,
        BrokersDownCommand.class,
        BrokersAbsentCommand.class,
        UpgradeCommand.class,
        SoakCommand.class);
  }
}
