package io.vfr.schemas;

/** An enum whose constants have a name on the wire. */
interface WireEnum {
  /** The constant as it stands in JSON. */
  String wire();

  /**
   * The constant of a wire name.
   *
   * @throws InvalidMessageException if no constant has this name
   */
  static <E extends Enum<E> & WireEnum> E parse(Class<E> type, String field, String wire) {
    E[] constants = type.getEnumConstants();
    StringBuilder allowed = new StringBuilder();
    for (E constant : constants) {
      if (constant.wire().equals(wire)) {
        return constant;
      }
      allowed.append(allowed.isEmpty() ? "" : ", ").append(constant.wire());
    }
    throw new InvalidMessageException(
        RejectCode.OUT_OF_RANGE,
        field + " must be one of " + allowed + " but is " + Bounds.quote(wire));
  }
}
