import { createTheme, MantineProvider, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import type { ReactNode } from 'react';
import { useScheme } from './scheme';
import { styleNonce } from './style_nonce';

const river: MantineColorsTuple = ['#EFF6F2', '#E1F0ED', '#BFE0DC', '#92CBC8', '#5CCBCB', '#3FB8BC', '#0E7C86', '#0B6A73', '#085760', '#06434B'];

const theme = createTheme({
  fontFamily: 'var(--font)',
  primaryColor: 'river',
  primaryShade: { light: 7, dark: 5 },
  colors: { river },
  defaultRadius: 'md',
  radius: { sm: '6px', md: '8px' },
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  respectReducedMotion: true,
});

/** The library's own variables, all taken from tokens.css so that both palettes hold. */
const words = {
  '--mantine-color-body': 'var(--canvas)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--clay-text)',
  '--mantine-color-anchor': 'var(--river-text)',
};
const resolver: CSSVariablesResolver = () => ({ variables: {}, light: words, dark: words });

/** Gives the component library our tokens and the page's nonce. */
export function Theme({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} forceColorScheme={scheme} getStyleNonce={styleNonce}>
      {children}
    </MantineProvider>
  );
}
