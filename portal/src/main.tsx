import './styles';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { followSystem } from './frame/scheme';
import { newRouter } from './routes';

followSystem();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <RouterProvider router={newRouter()} />
    </StrictMode>,
  );
}
