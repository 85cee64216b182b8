package io.vfr.streams.features.window;

/** The last values of a series, in a fixed array. */
final class Ring {
  private final double[] values;
  private int next;

  Ring(int capacity) {
    values = new double[capacity];
  }

  void push(double value) {
    values[next] = value;
    next = next + 1 == values.length ? 0 : next + 1;
  }

  /** The value pushed {@code age} pushes before the newest; 0 is the newest. */
  double get(int age) {
    int index = next - 1 - age;
    return values[index < 0 ? index + values.length : index];
  }
}
