import '@fontsource-variable/inter/opsz.css';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/frame.css';
import 'graphiql/style.css';
import './query_editor.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followSystem } from '@/frame/scheme';
import { styleNonce } from '@/frame/style_nonce';
import { QueryEditor } from './query_editor';

// The dialogs of GraphiQL write a style element while they are open.
setNonce(styleNonce());
followSystem();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryEditor />
    </StrictMode>,
  );
}
