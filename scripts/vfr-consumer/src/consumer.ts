import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Feed, FeedHandlers, FeedRecord, FeedSource } from './feed.js';
import type { Alert } from './generated/alert.js';
import type { Prediction } from './generated/prediction.js';
import { LatestView, type Accepted, type LatestViewOptions, type PredictionQuery, type ViewCounters } from './latest-view.js';
import { wholeNumber } from './options.js';

export interface ConsumerOptions extends LatestViewOptions {
  /** Silence of the brokers after which the state is `stale` and the session is begun anew, milliseconds. */
  readonly staleAfterMs?: number;
  /** First wait before a broken session is begun anew, milliseconds; it doubles with each failure. */
  readonly reconnectMinMs?: number;
  /** Longest wait before a broken session is begun anew, milliseconds. */
  readonly reconnectMaxMs?: number;
  /** Longest time that records are handled on end before other work of the process gets its turn, milliseconds. */
  readonly sliceMs?: number;
}

/**
 * connecting: never connected since the start. live: the brokers answer. stale: they answered once and do not now; what
 * is in memory still counts until it expires. stopped: not started, or stopped.
 */
export type ConsumerState = 'connecting' | 'live' | 'stale' | 'stopped';

export interface ConsumerStatus {
  readonly state: ConsumerState;
  /** Records that are in Kafka and not yet here; undefined before the first answer. */
  readonly lag: number | undefined;
  /** When the last record arrived, epoch milliseconds. */
  readonly lastMessageAt: number | undefined;
  /** When the brokers answered last, with records or without, epoch milliseconds. */
  readonly lastAnswerAt: number | undefined;
  /** Why the last session could not begin or broke. */
  readonly lastError: string | undefined;
  /** Sessions that could not begin or broke. */
  readonly failures: number;
  /** Exceptions that listeners threw. */
  readonly listenerErrors: number;
  readonly counters: ViewCounters;
}

export type Listener<T> = (value: T) => unknown;
export type Unsubscribe = () => void;

const WATCH_INTERVAL_MS = 500;

/**
 * Keeps a LatestView up to date in the background. Every getter reads memory and returns at once, whatever Kafka does.
 */
export class VfrConsumer {
  readonly #feed: Feed;
  readonly #view: LatestView;
  readonly #staleAfterMs: number;
  readonly #reconnectMinMs: number;
  readonly #reconnectMaxMs: number;
  readonly #sliceMs: number;
  readonly #predictionListeners = new Set<Listener<Readonly<Prediction>>>();
  readonly #alertListeners = new Set<Listener<Readonly<Alert>>>();
  readonly #statusListeners = new Set<Listener<ConsumerStatus>>();
  readonly #lags = new Map<string, number>();

  #state: ConsumerState = 'stopped';
  #lastMessageAt: number | undefined;
  #lastAnswerAt: number | undefined;
  #lastError: string | undefined;
  #failures = 0;
  /** Failures since a session stood last. */
  #failuresOnEnd = 0;
  #listenerErrors = 0;
  #stopping: AbortController | undefined;
  #session: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(feed: Feed, options: ConsumerOptions = {}) {
    this.#feed = feed;
    this.#view = new LatestView(options);
    this.#staleAfterMs = wholeNumber('staleAfterMs', options.staleAfterMs, 30_000);
    this.#reconnectMinMs = wholeNumber('reconnectMinMs', options.reconnectMinMs, 500);
    this.#reconnectMaxMs = wholeNumber('reconnectMaxMs', options.reconnectMaxMs, 30_000);
    this.#sliceMs = wholeNumber('sliceMs', options.sliceMs, 5);
  }

  /** Begins to read in the background. Returns at once and never fails, whether there are brokers or not. */
  start(): void {
    if (this.#stopping !== undefined) {
      return;
    }
    const stopping = new AbortController();
    const before = this.#running;
    this.#stopping = stopping;
    this.#become('connecting');
    // A start right after a stop waits until the old session is gone.
    this.#running = before.then(() => this.#readUntil(stopping.signal));
  }

  /** Ends reading and closes connections. What is in memory stays readable. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    this.#become('stopped');
    await this.#running;
  }

  /** The latest prediction of a symbol; undefined if there is none, it has expired, or the query excludes it. */
  prediction(symbol: string, query?: PredictionQuery): Readonly<Prediction> | undefined {
    return this.#view.prediction(symbol, query);
  }

  /** The latest prediction of every symbol, those that the query allows. */
  predictions(query?: PredictionQuery): Readonly<Prediction>[] {
    return this.#view.predictions(query);
  }

  /** Alerts raised and not cleared: of a symbol, with null those of no symbol, without an argument all. */
  activeAlerts(symbol?: string | null): Readonly<Alert>[] {
    return this.#view.activeAlerts(symbol);
  }

  /** The last alerts of a symbol, raised or cleared, or with null of no symbol; oldest first. */
  recentAlerts(symbol: string | null): Readonly<Alert>[] {
    return this.#view.recentAlerts(symbol);
  }

  status(): ConsumerStatus {
    return {
      state: this.#state === 'live' && this.#isSilent() ? 'stale' : this.#state,
      lag: this.#lags.size === 0 ? undefined : [...this.#lags.values()].reduce((sum, lag) => sum + lag, 0),
      lastMessageAt: this.#lastMessageAt,
      lastAnswerAt: this.#lastAnswerAt,
      lastError: this.#lastError,
      failures: this.#failures,
      listenerErrors: this.#listenerErrors,
      counters: this.#view.counters(),
    };
  }

  /** Calls back with every prediction that becomes the latest of its symbol, also those from before the start. */
  onPrediction(listener: Listener<Readonly<Prediction>>): Unsubscribe {
    return subscribe(this.#predictionListeners, listener);
  }

  /** Calls back with every alert, raised or cleared, also those from before the start. */
  onAlert(listener: Listener<Readonly<Alert>>): Unsubscribe {
    return subscribe(this.#alertListeners, listener);
  }

  /** Calls back when the state changes, and when another attempt to connect has failed. */
  onStatus(listener: Listener<ConsumerStatus>): Unsubscribe {
    return subscribe(this.#statusListeners, listener);
  }

  async #readUntil(stop: AbortSignal): Promise<void> {
    const watch = setInterval(() => this.#abortIfSilent(), WATCH_INTERVAL_MS);
    watch.unref();
    try {
      while (!stop.aborted) {
        await this.#readSession(stop);
        await this.#pause(stop);
      }
    } finally {
      clearInterval(watch);
    }
  }

  async #readSession(stop: AbortSignal): Promise<void> {
    const session = new AbortController();
    const signal = AbortSignal.any([stop, session.signal]);
    this.#session = session;
    try {
      await this.#feed.run(this.#handlers(signal), signal);
      throw new Error('the session ended');
    } catch (error) {
      this.#broke(stop, session.signal.aborted ? 'the brokers fell silent' : messageOf(error));
    } finally {
      // Whatever of this session is still under way delivers nothing any more.
      session.abort();
      this.#session = undefined;
    }
  }

  #broke(stop: AbortSignal, problem: string): void {
    if (stop.aborted) {
      return;
    }
    this.#failures++;
    this.#failuresOnEnd++;
    this.#lastError = problem;
    if (this.#state === 'live') {
      this.#become('stale');
    } else {
      this.#notify(this.#statusListeners, this.status());
    }
  }

  async #pause(stop: AbortSignal): Promise<void> {
    const doubled = this.#reconnectMinMs * 2 ** Math.min(Math.max(this.#failuresOnEnd - 1, 0), 30);
    const wait = Math.min(doubled, this.#reconnectMaxMs);
    // Spread, so that the processes of a platform do not all come back in the same moment.
    await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal: stop }).catch(() => undefined);
  }

  #handlers(signal: AbortSignal): FeedHandlers {
    return {
      connected: () => {
        if (!signal.aborted) {
          this.#failuresOnEnd = 0;
          this.#lastAnswerAt = Date.now();
          this.#become('live');
        }
      },
      polled: () => {
        if (!signal.aborted) {
          this.#lastAnswerAt = Date.now();
        }
      },
      records: (source, records) => this.#take(source, records, signal),
      lag: (partition, records) => {
        if (!signal.aborted) {
          this.#lags.set(partition, records);
        }
      },
    };
  }

  /** Handles records in slices: a burst must not keep the process from answering its own requests. */
  async #take(source: FeedSource, records: readonly FeedRecord[], signal: AbortSignal): Promise<void> {
    let sliceEnd = performance.now() + this.#sliceMs;
    for (const record of records) {
      if (signal.aborted) {
        return;
      }
      this.#takeOne(source, record);
      if (performance.now() >= sliceEnd) {
        await nextTurn();
        sliceEnd = performance.now() + this.#sliceMs;
      }
    }
  }

  #takeOne(source: FeedSource, record: FeedRecord): void {
    this.#lastMessageAt = Date.now();
    if (source === 'predictions') {
      this.#tell(this.#predictionListeners, this.#view.acceptPrediction(record.value, record.key));
    } else {
      this.#tell(this.#alertListeners, this.#view.acceptAlert(record.value));
    }
  }

  #tell<T>(listeners: Set<Listener<Readonly<T>>>, accepted: Accepted<T>): void {
    if (accepted.outcome === 'accepted' && accepted.message !== undefined) {
      this.#notify(listeners, accepted.message);
    }
  }

  #notify<T>(listeners: Set<Listener<T>>, value: T): void {
    for (const listener of listeners) {
      try {
        const result = listener(value);
        if (result instanceof Promise) {
          result.catch(() => this.#listenerErrors++);
        }
      } catch {
        this.#listenerErrors++;
      }
    }
  }

  #become(state: ConsumerState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#notify(this.#statusListeners, this.status());
    }
  }

  #abortIfSilent(): void {
    if (this.#state === 'live' && this.#isSilent()) {
      this.#become('stale');
      this.#session?.abort();
    }
  }

  #isSilent(): boolean {
    return Date.now() - (this.#lastAnswerAt ?? 0) > this.#staleAfterMs;
  }
}

function subscribe<T>(listeners: Set<Listener<T>>, listener: Listener<T>): Unsubscribe {
  // Wrapped, so that one function that subscribes twice is called twice and leaves once.
  const own: Listener<T> = (value) => listener(value);
  listeners.add(own);
  return () => void listeners.delete(own);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
