import type { Platform } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';

/** Every platform in the order in which people choose them. */
export const PLATFORMS: readonly Platform[] = ['INSTAGRAM', 'TIKTOK', 'YOUTUBE', 'TWITCH', 'PINTEREST', 'X', 'FACEBOOK', 'SNAPCHAT', 'BLOG', 'NEWSLETTER', 'PODCAST', 'OTHER'];

const NAMES: Record<Platform, string> = {
  INSTAGRAM: 'Instagram',
  TIKTOK: 'TikTok',
  YOUTUBE: 'YouTube',
  TWITCH: 'Twitch',
  PINTEREST: 'Pinterest',
  X: 'X',
  FACEBOOK: 'Facebook',
  SNAPCHAT: 'Snapchat',
  BLOG: 'Blog',
  NEWSLETTER: 'Newsletter',
  PODCAST: 'Podcast',
  OTHER: 'Elsewhere',
};

const ICONS: Partial<Record<Platform, IconName>> = {
  INSTAGRAM: 'instagram',
  TIKTOK: 'tiktok',
  YOUTUBE: 'youtube',
  BLOG: 'globe',
  NEWSLETTER: 'mail',
  PODCAST: 'podcast',
  TWITCH: 'play',
};

/** What people call a platform. */
export const platformName = (platform: Platform): string => NAMES[platform];

/** The icon of a platform; those without one of their own get the link. */
export const platformIcon = (platform: Platform): IconName => ICONS[platform] ?? 'link';

/** The platforms for a picker. */
export const PLATFORM_OPTIONS: readonly { value: Platform; label: string }[] = PLATFORMS.map((value) => ({ value, label: NAMES[value] }));
