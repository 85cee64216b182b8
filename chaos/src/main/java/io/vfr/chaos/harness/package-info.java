/**
 * What every scenario is made of: an instance in its own process, a seeded load with a ledger of
 * it, readers of what comes out, memory and the verdict.
 */
@NullMarked
package io.vfr.chaos.harness;

import org.jspecify.annotations.NullMarked;
