const MAGIC = 0x184d2204;
const MIN_MATCH = 4;

/** Far above any batch that a broker takes; a damaged length must not fill the memory. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Decompresses one LZ4 frame, the form in which Kafka clients write LZ4. Checksums are skipped: Kafka's own covers the
 * batch. Throws a RangeError if the frame is damaged.
 */
export function decompressLz4Frame(frame: Uint8Array): Buffer {
  const input = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const output = new Output();
  if (input.readUInt32LE(0) !== MAGIC) {
    throw new RangeError('not an LZ4 frame');
  }
  const flags = input.readUInt8(4);
  if (flags >> 6 !== 1) {
    throw new RangeError(`LZ4 frame of version ${flags >> 6}`);
  }
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  if (hasDictionary) {
    throw new RangeError('LZ4 frame that needs a dictionary');
  }
  // Magic, flags, block descriptor, the optional size, header checksum.
  let at = 4 + 1 + 1 + (hasContentSize ? 8 : 0) + 1;
  for (;;) {
    const header = input.readUInt32LE(at);
    at += 4;
    if (header === 0) {
      return output.bytes();
    }
    const length = header & 0x7fffffff;
    if (at + length > input.length) {
      throw new RangeError('LZ4 block is cut off');
    }
    const block = input.subarray(at, at + length);
    // The highest bit marks a block that is stored as it is.
    if (header >>> 31 === 1) {
      output.append(block);
    } else {
      decompressBlock(block, output);
    }
    at += length + (hasBlockChecksums ? 4 : 0);
  }
}

function decompressBlock(block: Buffer, output: Output): void {
  let at = 0;

  // A length of 15 goes on in the next bytes, as long as they are 255.
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        byte = block.readUInt8(at++);
        length += byte;
      } while (byte === 255);
    }
    return length;
  };

  while (at < block.length) {
    const token = block.readUInt8(at++);
    const literals = extended(token >> 4);
    if (at + literals > block.length) {
      throw new RangeError('LZ4 literals are cut off');
    }
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence of a block has no match.
    if (at < block.length) {
      const distance = block.readUInt16LE(at);
      at += 2;
      output.repeat(distance, extended(token & 0x0f) + MIN_MATCH);
    }
  }
}

/** Bytes that grow. */
class Output {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#buffer, this.#length);
    this.#length += bytes.length;
  }

  /** Appends `length` of the bytes from `distance` before the end on; the two may overlap. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) {
      throw new RangeError('LZ4 match before the beginning');
    }
    this.#reserve(length);
    const from = this.#length - distance;
    if (distance >= length) {
      this.#buffer.copyWithin(this.#length, from, from + length);
    } else {
      for (let i = 0; i < length; i++) {
        this.#buffer[this.#length + i] = this.#buffer[from + i] as number;
      }
    }
    this.#length += length;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > MAX_OUTPUT_BYTES) {
      throw new RangeError(`LZ4 frame of more than ${MAX_OUTPUT_BYTES} bytes`);
    }
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
  }
}
