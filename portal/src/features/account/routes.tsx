import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'public', path: '/sign-in', title: 'Sign in', load: () => import('./sign_in') },
  { hat: 'public', path: '/sign-up', title: 'Make an account', load: () => import('./sign_up') },
  { hat: 'public', path: '/forgotten', title: 'New password', load: () => import('./forgotten') },
  { hat: 'public', path: '/reset-password', title: 'New password', load: () => import('./reset_password') },
  { hat: 'public', path: '/verify-email', title: 'Confirm your address', load: () => import('./verify_email') },
];

export default pages;
