package io.vfr.chaos.failures;

import io.vfr.streams.config.ProcessingConfig;
import java.nio.file.Path;

/**
 * What to run.
 *
 * @param rate ticks a second
 * @param historyBars daily bars of every symbol before the ticks
 * @param rounds how often the scenario does what it does
 * @param standby standby replicas of every store
 * @param staticMembers whether instances have names that outlive restarts
 * @param samples predictions that are computed again, besides those around failures
 * @param recoverySecondsMax longest time that any symbol may be without predictions; 0 only
 *     measures
 * @param models directory of the shipped models
 * @param dir where brokers and instances keep their files
 */
record Options(
    long seed,
    int rate,
    int symbols,
    int historyBars,
    int rounds,
    ProcessingConfig.Mode mode,
    int standby,
    boolean staticMembers,
    int samples,
    int recoverySecondsMax,
    Path models,
    Path dir) {}
