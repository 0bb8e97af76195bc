/** How many digits of a currency stand behind its point (ISO 4217): 2 of USD, none of JPY. */
const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** An amount in minor units as people read it, such as `USD 1,234.50` or `USD -0.05`; exact, whatever its size. */
export const moneyText = (amount: number, currency: string): string => {
  const digits = digitsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = BigInt(text.slice(0, text.length - digits)).toLocaleString('en');
  const rest = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${currency.toUpperCase()} ${amount < 0 ? '-' : ''}${whole}${rest}`;
};
