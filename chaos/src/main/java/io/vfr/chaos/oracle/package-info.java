/**
 * What the outputs should be, computed from the inputs without the pipeline's code: features from
 * scratch, as-of rules from the contract, outputs of models from what was published.
 */
@NullMarked
package io.vfr.chaos.oracle;

import org.jspecify.annotations.NullMarked;
