/**
 * Names, units, order, warm-up and hash of the features that models may ask for. One schema object
 * is the only place where a computed feature is declared.
 */
@NullMarked
package io.vfr.models.schema;

import org.jspecify.annotations.NullMarked;
