/// <reference lib="dom" />
import { render } from 'preact';
import { App } from './app.tsx';
import { pageSource } from './source.ts';

const source = pageSource();
const place = document.getElementById('app');
if (location.hash === '' && source.start !== '') location.replace(source.start);
// The position is restored after a view has been loaded.
history.scrollRestoration = 'manual';
document.querySelector('.skip')?.addEventListener('click', (event) => {
  // The address names the view, so it stays.
  event.preventDefault();
  document.getElementById('main')?.focus();
});
if (place !== null) {
  place.replaceChildren();
  render(<App source={source} />, place);
}
