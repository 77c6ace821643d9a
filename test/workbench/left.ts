/** What is looked at when a window is left, and when it is opened again. */
export const left = {
  concept: 'wink.xpos=VBD',
  focus: { neuron: 'L4.ffn.96', side: 'low' },
  pins: ['L4.ffn.96', 'L2.hidden.11'],
} as const;
