import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// happy-dom draws nothing, so it has no layout to observe.
class NoResize implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= NoResize;

afterEach(() => cleanup());
