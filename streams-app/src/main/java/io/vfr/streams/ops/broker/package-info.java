/**
 * A real Kafka in this process (KRaft, combined nodes), and the topics on any Kafka: what stands
 * around the flow so that a first run needs nothing else.
 */
@NullMarked
package io.vfr.streams.ops.broker;

import org.jspecify.annotations.NullMarked;
