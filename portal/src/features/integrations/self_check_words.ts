import type { IntegrationKind, SelfCheckStepKind, SelfCheckStepState } from '@/gql/graphql';
import type { Tone } from '@/ui';

/** The stations of a test order, as a tester names them. */
export const STEP_NAMES: Record<SelfCheckStepKind, string> = {
  CLICK: 'The link is opened',
  PAGE: 'The shop’s page knows the click',
  CART: 'Cart and checkout take it along',
  WEBHOOK: 'The shop sends its webhook',
  ORDER: 'The order finds its click',
  REFUND: 'The refund arrives',
};

/** A state in words, with its tone. */
export const STEP_STATES: Record<SelfCheckStepState, { tone: Tone; words: string }> = {
  PASSED: { tone: 'ok', words: 'Works' },
  WAITING: { tone: 'wait', words: 'Waits for you or the shop' },
  FAILED: { tone: 'bad', words: 'Does not work' },
  NOT_SEEN: { tone: 'quiet', words: 'Not seen yet' },
};

/** How a step is drawn: its state in words, and what to do where it is its turn. */
export interface StepWords {
  tone: Tone;
  words: string;
  todo: string;
}

/** The words of all steps: only the first that waits says what to do, so that there is one next thing. */
export function stepWords(steps: readonly { state: SelfCheckStepState; todo: string }[]): StepWords[] {
  const next = steps.findIndex((step) => step.state === 'WAITING');
  return steps.map((step, index) => (step.state === 'WAITING' && index > next ? { tone: 'quiet', words: 'Still to come', todo: '' } : { ...STEP_STATES[step.state], todo: step.todo }));
}

/** The tag of the snippet for a brand whose links are under an origin. */
export const snippetTag = (origin: string, brandId: string): string => `<script async src="${origin}/t.js" data-brand="${brandId}" data-consent="required"></script>`;

/** Where the snippet's tag goes, by the sort of shop. */
export function snippetWords(kind: IntegrationKind): string {
  switch (kind) {
    case 'SHOPIFY':
      return 'Put it into theme.liquid, in the head: it keeps the click and writes it into the cart, so that the order carries it.';
    case 'WOOCOMMERCE':
      return 'Put it into the head of every page of the theme, also of the page that thanks for an order.';
    default:
      return 'Put it into the head of every page of the shop. Your server reads the cookie tributary_tid and sends it along.';
  }
}

/** How often a walk under way is looked at, milliseconds. */
export const LOOK_EVERY_MS = 3000;

/** Whether something is under way that a page should look at again. */
export const underWay = (accessState: string | undefined, check: { endedAt?: string | null; passed: boolean } | null | undefined): boolean => accessState === 'CHECKING' || (check != null && check.endedAt == null && !check.passed);
