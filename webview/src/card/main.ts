/** Mounts the model card and tells the host that it listens. */
import { mount } from 'svelte';
import '../shared/theme.css';
import '../shared/page.css';
import { registerButtons } from '../shared/toolkit';
import App from './App.svelte';
import { Card } from './card.svelte';

registerButtons();
const card = new Card();
mount(App, { target: document.body, props: { card } });
card.send({ type: 'ready' });
