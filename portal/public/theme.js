// Sets the colour scheme before the first paint. A file of its own because the
// content security policy allows no inline script.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('tributary.scheme');
  } catch {
    // Storage can be blocked; the system's scheme is then used.
  }
  var dark =
    choice === 'dark' ||
    (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  var root = document.documentElement;
  root.setAttribute('data-theme', dark ? 'dark' : 'light');
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  var ground = document.querySelector('meta[name="theme-color"]');
  if (ground) ground.setAttribute('content', dark ? '#0A181D' : '#F6F3EC');
})();
