/** Ends before it has said anything. */
process.exit(3);
