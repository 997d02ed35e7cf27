import { useEffect, useState } from 'react';

/** The value once it has not changed for a moment: while somebody types, nothing is asked. */
export const useSettled = <T>(value: T, afterMs = 300): T => {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
};
