/** Where records come from. Kafka is one implementation; tests have another. */
export interface Feed {
  /**
   * One session: connects, positions itself near the end, and delivers records until the session breaks (rejects) or
   * is aborted (returns or rejects, and soon). A feed remembers its positions, so that the next session goes on
   * where this one ended.
   */
  run(handlers: FeedHandlers, signal: AbortSignal): Promise<void>;
}

export type FeedSource = 'predictions' | 'alerts';

export interface FeedRecord {
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
}

export interface FeedHandlers {
  /** The session stands. */
  connected(): void;
  /** The source answered, with records or without. */
  polled(): void;
  /** Records of one partition, in its order. The next ones come when the promise is resolved. */
  records(source: FeedSource, records: readonly FeedRecord[]): Promise<void>;
  /** How many records of a partition are still to come. */
  lag(partition: string, records: number): void;
}
