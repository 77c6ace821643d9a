/** Mounts the page of analyses and tells the host that it listens. */
import { mount } from 'svelte';
import '../shared/theme.css';
import '../shared/page.css';
import { registerButtons } from '../shared/toolkit';
import { Analysis } from './analysis.svelte';
import App from './App.svelte';

registerButtons();
const analysis = new Analysis();
mount(App, { target: document.body, props: { analysis } });
analysis.send({ type: 'ready' });
