import type { CombinedError } from 'urql';
import { Button } from './button';
import { Icon } from './icon';

/** What happened, whether anything was changed, and what to do. */
export interface Words {
  title: string;
  text: string;
}

/** Puts a failed request into words. `changing` when it was a mutation. */
export function wordsFor(error: CombinedError | Error, changing = false): Words {
  const graphQLErrors = 'graphQLErrors' in error ? error.graphQLErrors : [];
  const network = 'networkError' in error ? error.networkError : undefined;
  const fault = graphQLErrors[0];
  const code = fault?.extensions?.code;
  const trace = typeof fault?.extensions?.requestId === 'string' ? ` Reference: ${fault.extensions.requestId}.` : '';
  switch (code) {
    case 'UNAUTHENTICATED':
      return { title: 'You were signed out', text: 'Sign in again, then go on where you were. Nothing was changed.' };
    case 'FORBIDDEN':
      return { title: 'This is not open to you', text: 'Ask the owner of the brand for the right to see it. Nothing was changed.' };
    case 'NOT_FOUND':
      return { title: 'There is nothing here', text: 'It does not exist, or it belongs to somebody else.' };
    case 'CONFLICT':
      return { title: 'Somebody changed it meanwhile', text: 'Your change was not made. Load the page again and look at what is new.' };
    case 'RATE_LIMITED':
      return { title: 'Too many requests in a short time', text: 'Nothing was changed. Wait a minute, then try again.' };
    case 'QUERY_TOO_COMPLEX':
      return { title: 'That is too much at once', text: 'Choose a shorter range or fewer groups.' };
    case 'BAD_USER_INPUT':
      return { title: 'The server could not read that', text: `${fault?.message ?? ''} Nothing was changed.`.trim() };
    case undefined:
      break;
    default:
      return {
        title: 'Something went wrong on our side',
        text: `${changing ? 'The change may not have been made: load the page again to see.' : 'Nothing was changed.'} Try again in a moment.${trace}`,
      };
  }
  if (network) {
    return {
      title: 'No connection to Tributary',
      text: changing ? 'We do not know whether the change was made. When you are online again, load the page and look before you repeat it.' : 'Nothing was changed. Check your connection, then try again.',
    };
  }
  return { title: 'Something went wrong', text: `${error.message}${trace}` };
}

/** The place of content that could not be loaded. */
export function ErrorState({ error, onRetry, changing }: { error: CombinedError | Error; onRetry?: () => void; changing?: boolean }) {
  const words = wordsFor(error, changing);
  return (
    <div className="trouble" role="alert">
      <Icon name="warning" />
      <div>
        <h2>{words.title}</h2>
        <p>{words.text}</p>
        {onRetry && (
          <Button small icon="retry" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
