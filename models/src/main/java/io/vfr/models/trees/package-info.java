/**
 * Gradient-boosted trees on the heap: parsers for the XGBoost and LightGBM formats into flat node
 * arrays, their margins, and what inputs contributed to them: by path, or exact. Artifacts are
 * untrusted: a tree is only built when every child, feature and number in it is in range, so
 * nothing malformed reaches a native library.
 */
@NullMarked
package io.vfr.models.trees;

import org.jspecify.annotations.NullMarked;
