/** Length of the longest common subsequence of every pair of tails. */
const measure = (before, after) => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
};

/** The lines that differ, as `- old` and `+ new` with the number of the line; empty when the texts are equal. */
export const diffLines = (beforeText, afterText) => {
  if (beforeText === afterText) return [];
  const before = beforeText.split('\n');
  const after = afterText.split('\n');
  const lengths = measure(before, after);
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      lines.push(`- ${i + 1}: ${before[i]}`);
      i += 1;
    } else {
      lines.push(`+ ${j + 1}: ${after[j]}`);
      j += 1;
    }
  }
  return lines;
};
