/** A set that forgets its oldest members when it is full. */
export class BoundedSet<T> {
  readonly #members = new Set<T>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#members.size;
  }

  has(member: T): boolean {
    return this.#members.has(member);
  }

  add(member: T): void {
    this.#members.add(member);
    if (this.#members.size > this.#max) {
      deleteFirst(this.#members);
    }
  }
}

/** A map that forgets the entries that were written longest ago when it is full. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Writes an entry and makes it the newest. Returns whether another one had to go. */
  set(key: K, value: V): boolean {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return this.#entries.size > this.#max && deleteFirst(this.#entries);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  keys(): IterableIterator<K> {
    return this.#entries.keys();
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}

// Sets and maps iterate in the order of insertion.
function deleteFirst<K>(collection: { keys(): IterableIterator<K>; delete(key: K): boolean }): boolean {
  const first = collection.keys().next();
  return !first.done && collection.delete(first.value);
}
