/** Around the flow: the runner, its Kafka clients, metrics, health and HTTP. */
@NullMarked
package io.vfr.streams.ops;

import org.jspecify.annotations.NullMarked;
