/**
 * The storage port over IndexedDB: one database per user, one object store of pairs.
 */

import type { Storage } from "../ports.ts";

const STORE = "pairs";

export function indexedStorage(name: string, factory: IDBFactory = indexedDB): Storage {
  let opened: Promise<IDBDatabase> | null = null;

  function database(): Promise<IDBDatabase> {
    opened ??= new Promise((resolve, reject) => {
      const request = factory.open(name, 1);
      request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
      request.onsuccess = () => {
        // Another tab signs out and deletes the database: let go of it.
        request.result.onversionchange = () => {
          request.result.close();
          opened = null;
        };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error ?? new Error("IndexedDB did not open"));
    });
    opened.catch(() => (opened = null));
    return opened;
  }

  async function inside<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = (await database()).transaction(STORE, mode, { durability: "relaxed" });
    const request = run(transaction.objectStore(STORE));
    await finished(transaction);
    return request.result;
  }

  return {
    put: async (key, value) => void (await inside("readwrite", (store) => store.put(value, key))),
    remove: async (key) => void (await inside("readwrite", (store) => store.delete(key))),
    async write(puts, removes = []) {
      const transaction = (await database()).transaction(STORE, "readwrite", { durability: "relaxed" });
      const store = transaction.objectStore(STORE);
      for (const [key, value] of puts) store.put(value, key);
      for (const key of removes) store.delete(key);
      await finished(transaction);
    },
    clear: async () => void (await inside("readwrite", (store) => store.clear())),
    async list(prefix) {
      const range = IDBKeyRange.bound(prefix, prefix + "\uffff");
      const [keys, values] = await Promise.all([
        inside("readonly", (store) => store.getAllKeys(range)),
        inside("readonly", (store) => store.getAll(range) as IDBRequest<unknown[]>),
      ]);
      return keys.map((key, at) => [String(key), values[at]] as const);
    },
  };
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave up"));
  });
}
