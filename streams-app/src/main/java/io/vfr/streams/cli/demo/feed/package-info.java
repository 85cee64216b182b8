/**
 * What {@code vfr demo} and {@code vfr simulate} feed: a seeded market simulator and the real data
 * sets that declared dependencies carry.
 *
 * <p>Everything leaves in event-time order, side inputs of a moment before its prices. Simulated
 * symbols start with {@code SIM-}; {@code docs/decisions/0005-demo-market.md} states the model.
 */
@NullMarked
package io.vfr.streams.cli.demo.feed;

import org.jspecify.annotations.NullMarked;
