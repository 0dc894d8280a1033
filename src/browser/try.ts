// The script of the page that runs one network in the browser.
import './every-page.ts';
import { normalizeInto } from '../app/pictures/normalize.ts';
import type { TryNetworkData } from '../app/try/try-data.ts';
import { decodeInPage } from './decode.ts';
import { dataOf, find } from './dom.ts';
import { openNetwork } from './run-network.ts';
import { tryPanel } from './try-panel.ts';

const place = find<HTMLElement>(document, '.try');
const data = dataOf<TryNetworkData>(place);
const { model, network, height, width } = data;
const opened = openNetwork(network);

tryPanel(place, data, async (blob) => {
  const bytes = new Uint8Array(height * width);
  const facts = normalizeInto(bytes, await decodeInPage(blob), { height, width, channels: 1 });
  const probabilities = (await opened)(bytes);
  const label = probabilities.indexOf(Math.max(...probabilities));
  // The page does not have the training images to compare with.
  return { ...facts, seen: [...bytes], answers: [{ model, label, probabilities }], nearest: null };
});
