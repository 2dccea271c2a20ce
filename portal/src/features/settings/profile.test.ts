import { describe, expect, it } from 'vitest';
import { splitWords } from './profile_form';
import { usualAddress } from './social_accounts';

describe('a profile', () => {
  it('takes words with commas once each', () => {
    expect(splitWords('skin care, running; running,\n small kitchens ,')).toEqual(['skin care', 'running', 'small kitchens']);
  });

  it('knows the usual address of a handle', () => {
    expect(usualAddress('TIKTOK', '@maya.okafor')).toBe('https://www.tiktok.com/@maya.okafor');
    expect(usualAddress('INSTAGRAM', 'a/b')).toBe('https://www.instagram.com/a%2Fb');
    expect(usualAddress('BLOG', 'maya')).toBe('');
    expect(usualAddress('X', ' ')).toBe('');
  });
});
