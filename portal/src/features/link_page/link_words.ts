import { firstName } from '@/frame/hats';
import { platformName } from '@/lib/platform';
import type { ShownLink, ShownProgram } from './link_page_document';

/** What stands on the button of a link: the creator's own words, or where it leads. */
export function linkWords(link: ShownLink, program: ShownProgram): string {
  const label = link.label.trim();
  if (label) return program.links.some((other) => other !== link && other.label.trim() === label) ? `${label}, for ${platformName(link.platform)}` : label;
  if (program.links.length === 1 || link.platform === 'OTHER') return `Shop ${program.brandName}`;
  return `Shop ${program.brandName}, from ${platformName(link.platform)}`;
}

/** That the creator is paid, in words that everybody understands. */
export const disclosure = (name: string): string => `${firstName(name)} earns a commission when you buy through these links or with these codes. The price for you stays the same.`;
