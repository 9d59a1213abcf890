// A queue between callbacks and an async loop: what is put is taken in the same order, by one taker at a time.

export interface Channel<T> {
  put(item: T): void
  /** Waits for the next item. */
  take(): Promise<T>
}

export function channel<T>(): Channel<T> {
  const items: T[] = []
  let waiting: ((item: T) => void) | undefined
  return {
    put: (item) => {
      if (waiting === undefined) {
        items.push(item)
        return
      }
      const wake = waiting
      waiting = undefined
      wake(item)
    },
    take: () => (items.length > 0 ? Promise.resolve(items.shift()!) : new Promise((resolve) => (waiting = resolve))),
  }
}
