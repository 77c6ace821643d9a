/** A gate must give the same answer twice: there, property tests draw from one seed. Elsewhere every run draws anew and prints its seed. */
import fc from 'fast-check';

if (process.env['CI']) fc.configureGlobal({ seed: 20_261_122 });
