/** A whole number that is at least `least`, or its default. */
export function wholeNumber(name: string, value: number | undefined, otherwise: number, least = 1): number {
  if (value === undefined) {
    return otherwise;
  }
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`${name} must be a whole number of at least ${least}, not ${String(value)}`);
  }
  return value;
}
