// What one can do: each form is sent as JSON to the address in its 'action'.
const chapters = (mark) => [
  ['add_batch', { ref: `in-stock-${mark}`, sku: `RETRO-CLOCK-${mark}`, qty: 50, eta: null }],
  ['add_batch', { ref: `shipment-${mark}`, sku: `RETRO-CLOCK-${mark}`, qty: 100, eta: '2011-01-02' }],
  ['allocate', { orderid: `order-1-${mark}`, sku: `RETRO-CLOCK-${mark}`, qty: 30 }],
  ['allocate', { orderid: `order-2-${mark}`, sku: `RETRO-CLOCK-${mark}`, qty: 20 }],
  ['allocate', { orderid: `order-3-${mark}`, sku: `RETRO-CLOCK-${mark}`, qty: 200 }],
  ['live/change_batch_quantity', { batchref: `in-stock-${mark}`, qty: 35 }],
];

for (const form of document.querySelectorAll('form[action]')) {
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    whileBusy(form, async () => {
      await send(form.getAttribute('action'), bodyOf(form));
      countUp(form.querySelector('[data-next]'));
    });
  });
}

const book = document.getElementById('book');
book.addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  whileBusy(book, async () => {
    for (const [path, body] of chapters(Date.now().toString(36).slice(-4))) {
      await send(path, body);
      await new Promise((resolve) => { setTimeout(resolve, 700); });
    }
  });
});

async function whileBusy(form, work) {
  if (form.ariaBusy === 'true') {
    return;
  }

  form.ariaBusy = true;
  try {
    markInvalid(form, []);
    await work();
    say(form, 'done', 'OK');
  } catch (failure) {
    markInvalid(form, failure.fields ?? []);
    say(form, 'failed', failure.message);
  } finally {
    form.ariaBusy = false;
  }
}

async function send(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    const errors = Object.entries(problem.errors ?? {});
    const text = errors.map(([field, texts]) => `${field}: ${texts.join(' ')}`).join(' ');
    throw Object.assign(new Error(text || problem.detail || problem.message || problem.title || `Answer ${answer.status}`), { fields: errors.map(([field]) => field) });
  }
}

function bodyOf(form) {
  const fields = [...form.elements].filter(({ name }) => name);
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
}

function valueOf(field) {
  switch (field.type) {
    case 'number': return field.valueAsNumber;
    case 'date': return field.value || null;
    default: return field.value;
  }
}

// 'order-9' becomes 'order-10', so that the next one is new.
function countUp(field) {
  if (field) {
    field.value = field.value.replace(/\d+$/, (number) => `${BigInt(number) + 1n}`);
  }
}

function markInvalid(form, names) {
  const fields = [...form.elements].filter(({ name }) => name);
  for (const field of fields) {
    field.ariaInvalid = names.includes(field.name);
  }

  fields.find(({ name }) => names.includes(name))?.focus();
}

function say(form, state, text) {
  const output = form.querySelector('output');
  output.dataset.state = state;
  output.textContent = text;
}
