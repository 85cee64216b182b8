package io.vfr.streams.features.window;

/**
 * The last values of a series, one a bar, in a part of a symbol's memory: the n-th bar's lies at n
 * modulo the capacity.
 *
 * @param from where the part begins
 * @param capacity how many values it holds
 */
record Ring(int from, int capacity) {
  /**
   * Where the next bar's value goes.
   *
   * @param bars how many have a value
   */
  int next(long bars) {
    return from + (int) (bars % capacity);
  }

  /**
   * The value of a bar.
   *
   * @param next where the next bar's value goes
   * @param age how many bars are newer; 0 is the newest
   */
  double get(double[] memory, int next, int age) {
    int index = next - 1 - age;
    return memory[index < from ? index + capacity : index];
  }

  /** Where the values of this ring end. */
  int end() {
    return from + capacity;
  }
}
