/** Mounts the explorer and tells the host that it listens. */
import { mount } from 'svelte';
import '../shared/theme.css';
import '../shared/page.css';
import '../shared/heat.css';
import App from './App.svelte';
import { Explorer } from './explorer.svelte';

const explorer = new Explorer();
mount(App, { target: document.body, props: { explorer } });
explorer.send({ type: 'ready' });
