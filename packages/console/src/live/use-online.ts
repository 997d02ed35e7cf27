import { useSyncExternalStore } from 'react';

const subscribe = (onChange: () => void): (() => void) => {
  for (const name of ['online', 'offline']) globalThis.addEventListener(name, onChange);
  return () => {
    for (const name of ['online', 'offline']) globalThis.removeEventListener(name, onChange);
  };
};

/** Whether the browser has a network at all. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);
