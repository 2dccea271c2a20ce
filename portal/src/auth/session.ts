/**
 * The session in this tab: a short access token in memory only. The refresh
 * token is an httpOnly cookie that no script sees. One refresh runs at a time,
 * in this tab and over all tabs, because each use of the cookie replaces it.
 */

/** Where a tab stands. "starting" until the cookie has been tried once. */
export type SessionState = 'starting' | 'signedIn' | 'signedOut';

/** A token as signIn, signUp and refreshSession hand it out. */
export interface Tokens {
  accessToken: string;
  /** RFC 3339. */
  expiresAt: string;
}

/** A token with less than this left (milliseconds) is replaced before it is used. */
const NEARLY_OVER_MS = 20_000;

const REFRESH = 'mutation RefreshSession{refreshSession{accessToken expiresAt userErrors{code}}}';
const SIGN_OUT = 'mutation SignOut{signOut{userErrors{code}}}';

export interface SessionOptions {
  fetch?: typeof fetch;
  now?: () => number;
  url?: string;
}

interface RefreshAnswer {
  data?: { refreshSession?: { accessToken: string | null; expiresAt: string | null } | null } | null;
}

/** Holds the token, replaces it, and tells listeners when a person came or went. */
export class Session {
  private tokens: Tokens | null = null;
  private current: SessionState = 'starting';
  private running: Promise<boolean> | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly fetch: typeof fetch;
  private readonly now: () => number;
  private readonly url: string;

  constructor(options: SessionOptions = {}) {
    this.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.now = options.now ?? Date.now;
    this.url = options.url ?? '/graphql';
  }

  readonly state = (): SessionState => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The token as it is, or null. */
  token(): string | null {
    return this.tokens?.accessToken ?? null;
  }

  /** True when there is a token and it will be over in a moment. */
  nearlyOver(): boolean {
    return this.tokens !== null && Date.parse(this.tokens.expiresAt) - this.now() < NEARLY_OVER_MS;
  }

  /** A token that is good for the next request, replaced first if need be; null when signed out. */
  async freshToken(): Promise<string | null> {
    if (this.nearlyOver()) await this.refresh();
    return this.token();
  }

  /** Takes over the tokens of a sign-in or sign-up. */
  accept(tokens: Tokens): void {
    this.tokens = tokens;
    this.move('signedIn');
  }

  /** Tries the cookie for a new token, once for all who ask meanwhile. False when nobody is signed in. */
  refresh(): Promise<boolean> {
    this.running ??= this.acrossTabs(() => this.tryCookie()).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Ends the session here and on the server. */
  async signOut(): Promise<void> {
    try {
      await this.post(SIGN_OUT);
    } finally {
      this.drop();
    }
  }

  /** Forgets the token: the server no longer knows this session. */
  drop(): void {
    this.tokens = null;
    this.move('signedOut');
  }

  private async tryCookie(): Promise<boolean> {
    let answer: RefreshAnswer;
    try {
      answer = (await (await this.post(REFRESH)).json()) as RefreshAnswer;
    } catch {
      // No answer says nothing about the session: it stays as it was, and the request that asked fails in words.
      if (this.current === 'starting') this.move('signedOut');
      return this.tokens !== null && !this.nearlyOver();
    }
    const next = answer.data?.refreshSession;
    if (next?.accessToken && next.expiresAt) {
      this.accept({ accessToken: next.accessToken, expiresAt: next.expiresAt });
      return true;
    }
    this.drop();
    return false;
  }

  private post(query: string): Promise<Response> {
    return this.fetch(this.url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'Content-Type': 'application/json',
        ...(this.tokens ? { Authorization: `Bearer ${this.tokens.accessToken}` } : {}),
      },
      body: JSON.stringify({ query }),
    });
  }

  private acrossTabs<T>(work: () => Promise<T>): Promise<T> {
    const locks = typeof navigator === 'undefined' ? undefined : (navigator.locks as LockManager | undefined);
    return locks ? locks.request('tributary.refresh', work) : work();
  }

  private move(next: SessionState): void {
    if (this.current === next) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}

/** The one session of this tab. */
export const session = new Session();
