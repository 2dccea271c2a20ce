/** Password of the demo's accounts. */
export const DEMO_PASSWORD = 'tributary-demo';

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

/** A caller of the API, as a shop or a script is one. */
export class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  /** Signs in with a password. */
  static async signIn(url: string, email: string, password = DEMO_PASSWORD): Promise<Api> {
    const { signIn } = await new Api(url, '').ask<{ signIn: { accessToken: string | null; userErrors: { message: string }[] } }>('mutation ($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { message } } }', { input: { email, password } });
    if (!signIn.accessToken) throw new Error(`${email}: ${signIn.userErrors.map((entry) => entry.message).join(' ')}`);
    return new Api(url, signIn.accessToken);
  }

  /** Runs an operation; a request error fails. */
  async ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...this.headers() }, body: JSON.stringify({ query, variables }) });
    const answer = (await response.json()) as Answer<T>;
    if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors ?? answer));
    return answer.data;
  }

  /** Runs a mutation whose payload has userErrors; any of them fails. */
  async change<T extends object>(field: string, query: string, input: Record<string, unknown>): Promise<T> {
    const payload = (await this.ask<Record<string, T & { userErrors: unknown[] }>>(query, { input }))[field];
    if (!payload || payload.userErrors.length > 0) throw new Error(`${field}: ${JSON.stringify(payload?.userErrors)}`);
    return payload;
  }

  headers(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }
}
