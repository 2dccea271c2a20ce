import type { IconName } from '@/ui/icon';
import type { Hat } from './hats';

/** One thing the palette can go to. */
export interface Found {
  key: string;
  label: string;
  /** A second word at the right: the hat, the kind of thing. */
  detail?: string;
  icon: IconName;
  to: string;
}

/** Finds things by what was typed: orders, creators, programs. Runs for at least two letters, and may be overtaken. */
export interface Source {
  heading: string;
  hats: readonly Hat['kind'][];
  find: (typed: string, hat: Hat, signal: AbortSignal) => Promise<Found[]>;
}

/** Everything that the palette asks while a person types. */
export const sources: Source[] = [];

/** Adds things to the palette; called once by the feature that owns them. */
export function addPaletteSource(source: Source): void {
  sources.push(source);
}
