/** As people read it: `12,345.6`, and no zero below zero; a dash for what was not measured. */
export const formatNumber = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value
        .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
        .replace(/^-(?=[0.]*$)/, '')
    : '–';
