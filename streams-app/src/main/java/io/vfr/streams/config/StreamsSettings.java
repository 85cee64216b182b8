package io.vfr.streams.config;

import java.nio.file.Path;

/**
 * Kafka Streams' own settings that operators change.
 *
 * @param threads stream threads of this instance
 * @param standby standby replicas of every store
 * @param stateDir directory of the local state
 * @param membership how the instance belongs to the group
 */
public record StreamsSettings(
    int threads, int standby, Path stateDir, MembershipConfig membership) {}
