import { useSyncExternalStore } from 'react';
import { session, type SessionState } from './session';

/** Where this tab stands: starting, signed in or signed out. */
export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.state);
