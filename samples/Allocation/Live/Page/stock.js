// The stock and the allocations, as they are now.
import { element } from './element.js';

const products = document.getElementById('products');
const allocations = document.getElementById('allocations');
const cards = new Map(); // by sku: what is shown, and its element
let isFirst = true;

export function showStock(stock) {
  note('stock-note', stock.products.length, stock.productcount, 'Nothing has been bought yet.', 'products, by sku');
  note('allocations-note', stock.allocations.length, stock.allocationcount, 'No order line is allocated.', 'lines, the latest first');
  products.replaceChildren(...stock.products.map(cardOf));
  forget(new Set(stock.products.map(({ sku }) => sku)));
  allocations.replaceChildren(...stock.allocations.map(({ orderid, sku, batchref }) =>
    element('tr', '', element('td', '', orderid), element('td', '', sku), element('td', '', batchref))));
  offer('skus', stock.products.map(({ sku }) => sku));
  offer('batches', stock.products.flatMap(({ batches }) => batches.map(({ ref }) => ref)));
  isFirst = false;
}

function cardOf(product) {
  const text = JSON.stringify(product);
  const shown = cards.get(product.sku);
  if (shown?.text === text) {
    shown.card.classList.remove('changed');
    return shown.card;
  }

  const card = element('li', isFirst ? 'product' : 'product changed',
    element('div', 'product-head', element('h3', '', product.sku), element('span', 'version', `version ${product.version}`)),
    element('ul', 'batches', ...product.batches.map(batchOf)));
  cards.set(product.sku, { text, card });
  return card;
}

function batchOf({ ref, eta, purchased, available }) {
  const fill = element('div', 'fill');
  fill.style.width = `${purchased > 0 ? 100 * available / purchased : 0}%`;
  return element('li', 'batch',
    element('span', 'ref', ref),
    element('span', 'eta', eta ? `arrives ${eta}` : 'in the warehouse'),
    element('div', 'bar', fill),
    element('span', 'quantities', element('strong', '', `${available}`), ` of ${purchased} available`));
}

function forget(skus) {
  for (const sku of cards.keys()) {
    if (!skus.has(sku)) {
      cards.delete(sku);
    }
  }
}

function note(id, shown, count, none, what) {
  document.getElementById(id).textContent = count === 0 ? none : shown < count ? `${shown} of ${count} ${what}` : '';
}

function offer(id, values) {
  document.getElementById(id).replaceChildren(...values.map((value) => Object.assign(document.createElement('option'), { value })));
}
