import { mergeConfig } from 'vitest/config';
import endToEnd from './vitest.e2e.config.ts';

const config = mergeConfig(endToEnd, {});
config.test = { ...config.test, include: ['e2e/pictures.ts'], maxWorkers: 1 };

/** Takes the pictures of the README on the demo. */
export default config;
