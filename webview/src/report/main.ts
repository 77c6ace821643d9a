/** Mounts the report on the result that lies in the page itself. */
import { mount } from 'svelte';
import type { AnalysisResult } from '../../../server/src/protocol/results';
import '../shared/theme.css';
import App from './App.svelte';

const target = document.querySelector('#app');
const data = document.querySelector('#result')?.textContent;
if (target && data) mount(App, { target, props: { result: JSON.parse(data) as AnalysisResult } });
