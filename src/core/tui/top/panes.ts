/** In the order of Tab and of the number keys. */
export const panes = ['overview', 'partitions', 'windows', 'alerts', 'letters', 'services'] as const;
export type Pane = (typeof panes)[number];
