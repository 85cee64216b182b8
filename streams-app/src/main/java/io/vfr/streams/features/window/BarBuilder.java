package io.vfr.streams.features.window;

import io.vfr.models.StoredFormat;
import java.nio.ByteBuffer;

/**
 * One bar while it may still change: merges ticks and finer bars, or takes a whole bar as it is.
 *
 * <p>The open is the price of the earliest event (the first arrival wins a tie), the close that of
 * the latest (the last arrival wins a tie). High, low and volume do not depend on the order of
 * arrival: sizes are summed in 128-bit fixed point, so every order gives the same bits.
 */
public final class BarBuilder {
  /** Sizes must be below this, so that a sum of them cannot wrap around unnoticed. */
  public static final double SIZE_LIMIT = 0x1p62;

  /** What {@link #write} takes. */
  public static final int BYTES = 2 + 4 * Long.BYTES + 6 * Double.BYTES + 2 * Long.BYTES;

  private static final StoredFormat FORMAT = StoredFormat.first("a stored bar");

  private long startMillis;
  private long lastEventMillis;
  private long openMillis;
  private long closeMillis;
  private double open;
  private double high;
  private double low;
  private double close;
  private double benchmark = Double.NaN;
  private boolean wholeBar;

  /** Volume of the whole bar, kept apart so that it comes back bit by bit. */
  private double wholeBarVolume;

  /** Merged sizes, whole units; saturates at Long.MAX_VALUE. */
  private long mergedUnits;

  /** Merged sizes, multiples of 2^-64, unsigned. */
  private long mergedFraction;

  private BarBuilder(long startMillis) {
    this.startMillis = startMillis;
  }

  /**
   * Begins another bar with this object, whose own bar is over: a symbol's bars need no new object
   * each then, which would outlive thousands of events and be garbage with the symbol's next.
   *
   * @param first the first event of the next bar, as one of the factory methods gives it
   */
  public void become(BarBuilder first) {
    startMillis = first.startMillis;
    lastEventMillis = first.lastEventMillis;
    openMillis = first.openMillis;
    closeMillis = first.closeMillis;
    open = first.open;
    high = first.high;
    low = first.low;
    close = first.close;
    benchmark = first.benchmark;
    wholeBar = first.wholeBar;
    wholeBarVolume = first.wholeBarVolume;
    mergedUnits = first.mergedUnits;
    mergedFraction = first.mergedFraction;
  }

  /**
   * A bar that arrived whole.
   *
   * @param startMillis start of the interval
   * @param tsMillis the bar's own time, inside the interval
   */
  public static BarBuilder ofBar(
      long startMillis,
      long tsMillis,
      double open,
      double high,
      double low,
      double close,
      double volume) {
    BarBuilder builder = new BarBuilder(startMillis);
    builder.lastEventMillis = tsMillis;
    builder.replaceWith(tsMillis, open, high, low, close, volume);
    return builder;
  }

  /** A bar that begins with one trade. */
  public static BarBuilder ofTick(long startMillis, long tsMillis, double price, double size) {
    return ofPart(startMillis, tsMillis, price, price, price, price, size);
  }

  /** A bar that begins with one finer bar. */
  public static BarBuilder ofPart(
      long startMillis,
      long tsMillis,
      double open,
      double high,
      double low,
      double close,
      double volume) {
    BarBuilder builder = new BarBuilder(startMillis);
    builder.lastEventMillis = tsMillis;
    builder.openMillis = tsMillis;
    builder.closeMillis = tsMillis;
    builder.open = open;
    builder.high = high;
    builder.low = low;
    builder.close = close;
    builder.addSize(volume);
    return builder;
  }

  /** Merges one trade. */
  public void mergeTick(long tsMillis, double price, double size) {
    mergePart(tsMillis, price, price, price, price, size);
  }

  /** Merges one finer bar, whose prices count as of its start. */
  public void mergePart(
      long tsMillis, double open, double high, double low, double close, double volume) {
    addSize(volume);
    if (tsMillis < openMillis) {
      openMillis = tsMillis;
      this.open = open;
    }
    if (tsMillis >= closeMillis) {
      closeMillis = tsMillis;
      this.close = close;
    }
    this.high = Math.max(this.high, high);
    this.low = Math.min(this.low, low);
    lastEventMillis = Math.max(lastEventMillis, tsMillis);
  }

  /**
   * Forgets what was merged and takes a whole bar instead. Its prices count as of the bar's start,
   * so a trade merged afterwards moves the close.
   */
  public void replaceWith(
      long tsMillis, double open, double high, double low, double close, double volume) {
    if (!(volume >= 0 && volume <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "volume of a bar must be finite and not negative, got " + volume);
    }
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    openMillis = startMillis;
    closeMillis = startMillis;
    wholeBar = true;
    wholeBarVolume = volume;
    mergedUnits = 0;
    mergedFraction = 0;
    lastEventMillis = Math.max(lastEventMillis, tsMillis);
  }

  /** Notes an event that changes nothing but how new the bar's news are. */
  public void sawEventAt(long tsMillis) {
    lastEventMillis = Math.max(lastEventMillis, tsMillis);
  }

  /** Forgets what was merged, but not which event times were seen: the parts are merged anew. */
  public void clear() {
    openMillis = Long.MAX_VALUE;
    closeMillis = Long.MIN_VALUE;
    high = Double.NEGATIVE_INFINITY;
    low = Double.POSITIVE_INFINITY;
    wholeBar = false;
    wholeBarVolume = 0;
    mergedUnits = 0;
    mergedFraction = 0;
  }

  /** Sets the benchmark's level as of the newest event; NaN if unknown. */
  public void setBenchmark(double benchmark) {
    this.benchmark = benchmark;
  }

  /** Start of the interval, epoch milliseconds. */
  public long startMillis() {
    return startMillis;
  }

  /** Newest event time that this bar has seen, epoch milliseconds. */
  public long lastEventMillis() {
    return lastEventMillis;
  }

  /** Last price so far. */
  public double close() {
    return close;
  }

  /** Whether a whole bar has replaced what ticks and finer bars had built. */
  public boolean isWholeBar() {
    return wholeBar;
  }

  /** The bar as it stands. */
  public Bar toBar() {
    return new Bar(startMillis, open, high, low, close, volume(), benchmark);
  }

  private double volume() {
    return wholeBarVolume + (mergedUnits + unsignedToDouble(mergedFraction) * 0x1p-64);
  }

  private void addSize(double size) {
    if (!(size >= 0 && size < SIZE_LIMIT)) {
      throw new IllegalArgumentException("size must lie in 0..2^62 (exclusive), got " + size);
    }
    long units = (long) size;
    // Exact for sizes from 2^-11 up; below that the nearest multiple of 2^-64.
    long fraction = doubleToUnsigned(Math.rint((size - units) * 0x1p64));
    long sum = mergedFraction + fraction;
    long carry = Long.compareUnsigned(sum, fraction) < 0 ? 1 : 0;
    mergedFraction = sum;
    mergedUnits += units + carry;
    if (mergedUnits < 0) {
      // Once full it stays full, in whatever order the sizes came.
      mergedUnits = Long.MAX_VALUE;
      mergedFraction = 0;
    }
  }

  private static long doubleToUnsigned(double value) {
    return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) ^ Long.MIN_VALUE;
  }

  private static double unsignedToDouble(long value) {
    if (value >= 0) {
      return value;
    }
    // Halve with a sticky last bit: the conversion rounds as if it had seen all 64 bits.
    return ((value >>> 1) | (value & 1)) * 2.0;
  }

  /**
   * Checks the first byte of a bar that was written, whose other versions may have other sizes.
   *
   * @throws StoredFormat.UnknownVersionException if this version is not read
   */
  public static void checkVersion(byte version) {
    FORMAT.check(version);
  }

  /** Writes {@link #BYTES} bytes. */
  public void write(ByteBuffer out) {
    out.put(FORMAT.version()).put((byte) (wholeBar ? 1 : 0));
    out.putLong(startMillis).putLong(lastEventMillis).putLong(openMillis).putLong(closeMillis);
    out.putDouble(open).putDouble(high).putDouble(low).putDouble(close);
    out.putDouble(wholeBarVolume).putLong(mergedUnits).putLong(mergedFraction);
    out.putDouble(benchmark);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws StoredFormat.UnknownVersionException if the bytes have a version that is not read
   */
  public static BarBuilder read(ByteBuffer in) {
    checkVersion(in.get());
    boolean wholeBar = in.get() != 0;
    BarBuilder builder = new BarBuilder(in.getLong());
    builder.wholeBar = wholeBar;
    builder.lastEventMillis = in.getLong();
    builder.openMillis = in.getLong();
    builder.closeMillis = in.getLong();
    builder.open = in.getDouble();
    builder.high = in.getDouble();
    builder.low = in.getDouble();
    builder.close = in.getDouble();
    builder.wholeBarVolume = in.getDouble();
    builder.mergedUnits = in.getLong();
    builder.mergedFraction = in.getLong();
    builder.benchmark = in.getDouble();
    return builder;
  }
}
