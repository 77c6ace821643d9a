/**
 * Interventions: what a graph must look like for neurons to be changed while it runs, and the numbers it is then fed. Graph in,
 * graph out; this folder never runs a model and knows no texts.
 */
export type { Operation } from './change';
export { editsOfRows, formOf, siteFeed } from './edits';
export type { EditedRows, SiteFeed, TapEdit, TokenPlace } from './edits';
export { withSites } from './insert';
export { inputsOf, sitesText } from './site';
export type { EditSite } from './site';
export { withSumApart } from './sumApart';
