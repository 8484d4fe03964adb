/// <reference lib="dom" />
import { render } from 'preact';
import { App } from './app.tsx';
import { pageSource } from './source.ts';

const source = pageSource();
const place = document.getElementById('app');
if (location.hash === '' && source.start !== '') location.replace(source.start);
if (place !== null) {
  place.replaceChildren();
  render(<App source={source} />, place);
}
