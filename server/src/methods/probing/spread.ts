/** Mean and population deviation of numbers; deviation 0 where there is none beyond rounding, NaN for both without numbers. */
export function spreadOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  // Numbers are known to sixteen digits; what differs in the last of them alone does not vary.
  return { mean, deviation: deviation <= 1e-14 * Math.abs(mean) ? 0 : deviation };
}
