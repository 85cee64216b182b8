/**
 * Scenarios: processes are killed, stopped, suspended and restarted, instances and brokers, and
 * every price must have its prediction, the right one.
 */
@NullMarked
package io.vfr.chaos.failures;

import org.jspecify.annotations.NullMarked;
