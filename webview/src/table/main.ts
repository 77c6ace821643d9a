/** Mounts the concept table and tells the host that it listens. */
import { mount } from 'svelte';
import '../shared/theme.css';
import '../shared/page.css';
import '../shared/heat.css';
import { registerControls } from '../shared/toolkit';
import App from './App.svelte';
import { ConceptTable } from './table.svelte';

registerControls();
const table = new ConceptTable();
mount(App, { target: document.body, props: { table } });
table.send({ type: 'ready' });
