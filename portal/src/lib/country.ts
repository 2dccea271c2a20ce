/** Codes that the system names although they are not countries. */
const NOT_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA']);

const names = () => new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' });

/** The name of a country in the reader's language; the code itself where the system knows no name. */
export function countryName(code: string): string {
  try {
    return names().of(code) ?? code;
  } catch {
    return code;
  }
}

/** Every country by its name in the reader's language, for a picker. */
export function countryOptions(): { value: string; label: string }[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const known = names();
  const found: { value: string; label: string }[] = [];
  for (const a of letters) {
    for (const b of letters) {
      const code = a + b;
      // A code that was given up has another canonical form: DD is DE today.
      if (NOT_COUNTRIES.has(code) || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
      const label = known.of(code);
      if (label) found.push({ value: code, label });
    }
  }
  return found.sort((x, y) => x.label.localeCompare(y.label));
}
