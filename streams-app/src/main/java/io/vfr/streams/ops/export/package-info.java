/**
 * Training sets from the stream: the vectors that the topology publishes on {@code vfr.features},
 * one row a bar, each with the return that followed it. Nothing is computed here, so what a model
 * is trained on is what it will be given.
 */
@NullMarked
package io.vfr.streams.ops.export;

import org.jspecify.annotations.NullMarked;
