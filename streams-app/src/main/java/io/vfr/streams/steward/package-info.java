/**
 * The steward: one task of the whole application that adds up what all tasks learn of the models,
 * tells every instance how each one stands, watches coverage and drift, and asks for the rollback
 * of a promoted model that disappoints (docs/decisions/0006).
 */
@NullMarked
package io.vfr.streams.steward;

import org.jspecify.annotations.NullMarked;
