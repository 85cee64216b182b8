/** Names, units, order and hash of the features that models may ask for. */
@NullMarked
package io.vfr.models.schema;

import org.jspecify.annotations.NullMarked;
