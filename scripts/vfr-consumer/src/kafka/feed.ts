import { randomUUID } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import kafkajs, { type Admin, type Batch, type Consumer, type ConsumerGroupJoinEvent, type SASLOptions } from 'kafkajs';
import type { Feed, FeedHandlers, FeedRecord, FeedSource } from '../feed.js';
import { wholeNumber } from '../options.js';
import { decompressLz4Frame } from './lz4.js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

export interface KafkaFeedOptions {
  /** Brokers to connect to first, host:port. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  /** TLS: true, or options of Node's tls.connect. */
  readonly ssl?: boolean | ConnectionOptions;
  /** SASL, as kafkajs takes it. */
  readonly sasl?: SASLOptions;
  readonly predictionsTopic?: string;
  readonly alertsTopic?: string;
  /** Consumer groups are named after it; each session has one of its own, and commits nothing. */
  readonly groupIdPrefix?: string;
  /** How many records of each partition of the predictions a new process reads back at most. */
  readonly rewindPredictions?: number;
  /** How many records of each partition of the alerts a new process reads back at most. */
  readonly rewindAlerts?: number;
  /** How far in time a new process reads back at most, milliseconds; no limit in time if absent. */
  readonly rewindMs?: number;
  /** Longest wait for a connection, milliseconds. */
  readonly connectionTimeoutMs?: number;
  /** Receives what kafkajs logs; nothing is logged if absent. */
  readonly log?: (level: 'error' | 'warn' | 'info', message: string) => void;
}

/** Bytes of one fetch: what arrives at once is decoded at once, and keeps the process from other work for so long. */
const MAX_BYTES_PER_PARTITION = 32 * 1024;
const MAX_BYTES_PER_FETCH = 128 * 1024;

const FETCH_WAIT_MS = 1_000;
const SESSION_TIMEOUT_MS = 30_000;
const CLOSING_TIMEOUT_MS = 3_000;

interface Range {
  readonly low: bigint;
  readonly high: bigint;
  /** First offset that is not too old. */
  readonly since: bigint;
}

/**
 * Reads the output topics with kafkajs, from near their end, read committed. It commits no offsets, so nothing of it
 * stays in Kafka, and every process reads every partition.
 */
export class KafkaFeed implements Feed {
  readonly #options: KafkaFeedOptions;
  readonly #sources: ReadonlyMap<string, FeedSource>;
  readonly #rewind: Readonly<Record<FeedSource, bigint>>;
  readonly #rewindMs: number | undefined;
  readonly #connectionTimeoutMs: number;
  /** Next offset by partition; kept between sessions. */
  readonly #positions = new Map<string, bigint>();

  constructor(options: KafkaFeedOptions) {
    if (!Array.isArray(options.brokers) || options.brokers.length === 0 || !options.brokers.every(isHostAndPort)) {
      throw new TypeError(`brokers must be a list of host:port, not ${JSON.stringify(options.brokers)}`);
    }
    this.#options = options;
    this.#sources = new Map<string, FeedSource>([
      [options.predictionsTopic ?? 'vfr.predictions', 'predictions'],
      [options.alertsTopic ?? 'vfr.alerts', 'alerts'],
    ]);
    this.#rewind = {
      predictions: BigInt(wholeNumber('rewindPredictions', options.rewindPredictions, 2_000, 0)),
      alerts: BigInt(wholeNumber('rewindAlerts', options.rewindAlerts, 5_000, 0)),
    };
    this.#rewindMs = options.rewindMs === undefined ? undefined : wholeNumber('rewindMs', options.rewindMs, 0, 0);
    this.#connectionTimeoutMs = wholeNumber('connectionTimeoutMs', options.connectionTimeoutMs, 3_000);
    registerLz4();
  }

  async run(handlers: FeedHandlers, signal: AbortSignal): Promise<void> {
    const kafka = this.#kafka();
    const admin = kafka.admin();
    const consumer = kafka.consumer({
      // A new group each time: the coordinator would let a new member of the old group wait for the dead one.
      groupId: `${this.#options.groupIdPrefix ?? 'vfr-consumer'}-${randomUUID()}`,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: MAX_BYTES_PER_FETCH,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      // Sessions are begun anew by whoever runs the feed.
      retry: { retries: 1, restartOnFailure: () => Promise.resolve(false) },
    });
    try {
      await Promise.race([this.#consume(consumer, admin, handlers, signal), aborted(signal)]);
    } finally {
      await closed([consumer, admin]);
    }
  }

  #kafka(): InstanceType<typeof Kafka> {
    const { brokers, clientId, ssl, sasl, log } = this.#options;
    return new Kafka({
      brokers: [...brokers],
      clientId: clientId ?? 'vfr-consumer',
      connectionTimeout: this.#connectionTimeoutMs,
      retry: { retries: 1 },
      logLevel: log === undefined ? logLevel.NOTHING : logLevel.INFO,
      logCreator: () => (entry) => log?.(levelOf(entry.level), entry.log.message),
      ...(ssl === undefined ? {} : { ssl }),
      ...(sasl === undefined ? {} : { sasl }),
    });
  }

  /** Consumes until something breaks; never returns otherwise. */
  async #consume(consumer: Consumer, admin: Admin, handlers: FeedHandlers, signal: AbortSignal): Promise<never> {
    let positioned: Promise<void> = Promise.resolve();
    const broken = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, (event) => {
        positioned = this.#position(consumer, admin, event, handlers);
        positioned.then(() => handlers.connected()).catch(reject);
      });
    });
    // Whoever waits for it may be gone before it rejects.
    broken.catch(() => undefined);

    consumer.on(consumer.events.FETCH, () => handlers.polled());
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) =>
      handlers.lag(`${payload.topic}-${payload.partition}`, Number(payload.offsetLag)),
    );
    await admin.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#sources.keys()], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async ({ batch, isStale, isRunning }) => {
        await positioned;
        // Fetched before the position was set: it comes again, in its turn.
        if (!isStale() && isRunning()) {
          await this.#deliver(batch, handlers, signal);
        }
      },
    });
    return broken;
  }

  async #deliver(batch: Batch, handlers: FeedHandlers, signal: AbortSignal): Promise<void> {
    const source = this.#sources.get(batch.topic);
    if (source === undefined) {
      return;
    }
    await handlers.records(source, batch.messages.map(toRecord));
    // After an abort the batch may have been handled in part only; the next session gets it again.
    if (!signal.aborted) {
      this.#positions.set(`${batch.topic}-${batch.partition}`, BigInt(batch.lastOffset()) + 1n);
    }
  }

  /** Sets where to read on: where it stopped, but never further back than the rewind. */
  async #position(
    consumer: Consumer,
    admin: Admin,
    { payload }: ConsumerGroupJoinEvent,
    handlers: FeedHandlers,
  ): Promise<void> {
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      const ranges = await this.#ranges(admin, topic);
      for (const partition of partitions) {
        const range = ranges.get(partition);
        if (range !== undefined) {
          const offset = this.#startOf(topic, partition, range);
          consumer.seek({ topic, partition, offset: offset.toString() });
          handlers.lag(`${topic}-${partition}`, Number(range.high - offset));
        }
      }
    }
  }

  #startOf(topic: string, partition: number, { low, high, since }: Range): bigint {
    const source = this.#sources.get(topic) ?? 'predictions';
    const earliest = max(low, high - this.#rewind[source], since);
    const position = this.#positions.get(`${topic}-${partition}`);
    // A position beyond the end is one of a topic that was made anew.
    return position === undefined || position > high ? earliest : max(position, earliest);
  }

  async #ranges(admin: Admin, topic: string): Promise<Map<number, Range>> {
    const offsets = await admin.fetchTopicOffsets(topic);
    const since = new Map<number, bigint>();
    if (this.#rewindMs !== undefined) {
      const young = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - this.#rewindMs);
      young.forEach(({ partition, offset }) => since.set(partition, BigInt(offset)));
    }
    return new Map(
      offsets.map(({ partition, low, high }) => [
        partition,
        { low: BigInt(low), high: BigInt(high), since: since.get(partition) ?? 0n },
      ]),
    );
  }
}

function toRecord({ key, value }: { key: Buffer | null; value: Buffer | null }): FeedRecord {
  return { key: key?.toString('utf8'), value };
}

/** kafkajs has no LZ4, which is what the application writes. A codec that somebody registered before stays. */
function registerLz4(): void {
  try {
    CompressionCodecs[CompressionTypes.LZ4]();
  } catch {
    CompressionCodecs[CompressionTypes.LZ4] = () => ({
      compress: () => Promise.reject(new Error('vfr-consumer does not write LZ4')),
      decompress: (buffer: Buffer) => Promise.resolve(decompressLz4Frame(buffer)),
    });
  }
}

/** Closes what can be closed in a short time; what hangs is left behind. */
async function closed(clients: readonly (Consumer | Admin)[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING_TIMEOUT_MS);
  });
  await Promise.race([Promise.allSettled(clients.map((client) => client.disconnect())), late]);
  clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Error('aborted'));
    if (signal.aborted) {
      end();
    } else {
      signal.addEventListener('abort', end, { once: true });
    }
  });
}

function isHostAndPort(broker: unknown): boolean {
  return typeof broker === 'string' && /^\S+:\d{1,5}$/.test(broker);
}

function levelOf(level: number): 'error' | 'warn' | 'info' {
  return level <= logLevel.ERROR ? 'error' : level <= logLevel.WARN ? 'warn' : 'info';
}

function max(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((largest, other) => (other > largest ? other : largest), first);
}
