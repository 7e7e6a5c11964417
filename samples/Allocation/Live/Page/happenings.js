// The stories: what happened, each below its cause.
import { element } from './element.js';

const mostStories = 40;
const mostNodes = 800;
const stories = document.getElementById('happenings');
const announcer = document.getElementById('announcer');
const nodes = new Map(); // by the id of the happening

export function clear() {
  stories.replaceChildren();
  nodes.clear();
}

// A happening is told when it begins and again when it is over.
export function show(happening) {
  let node = nodes.get(happening.id);
  if (!node) {
    node = element('li', 'node');
    node.id = `happening-${happening.id}`;
    nodes.set(happening.id, node);
    place(node, nodes.get(happening.cause));
  }

  node.dataset.kind = happening.kind.toLowerCase();
  node.dataset.state = happening.failure ? 'failed' : happening.milliseconds === null ? 'running' : 'done';
  const line = lineOf(happening);
  if (node.firstElementChild) {
    node.firstElementChild.replaceWith(line);
  } else {
    node.append(line);
  }
}

function place(node, cause) {
  if (!cause) {
    stories.prepend(node);
    forgetOldest();
    return;
  }

  let effects = cause.querySelector(':scope > ul');
  if (!effects) {
    effects = element('ul', 'effects');
    cause.append(effects);
  }

  effects.append(node);
}

function forgetOldest() {
  while (stories.children.length > 1 && (stories.children.length > mostStories || nodes.size > mostNodes)) {
    const oldest = stories.lastElementChild;
    for (const node of [oldest, ...oldest.querySelectorAll('.node')]) {
      nodes.delete(node.id.replace('happening-', ''));
    }

    oldest.remove();
  }
}

function lineOf({ kind, name, contents, at, milliseconds, failure }) {
  const line = element('div', 'line', element('span', 'kind', kind.toLowerCase()), ' ', element('strong', 'name', name), ' ');
  for (const field of contents) {
    line.append(element('span', 'field', element('span', 'field-name', field.name), ' ', field.value), ' ');
  }

  const took = element('time', 'took', milliseconds === null ? 'running' : `${milliseconds.toFixed(1)} ms`);
  took.dateTime = at;
  took.title = new Date(at).toLocaleString();
  line.append(took);
  if (failure) {
    line.append(element('p', 'failure', `failed: ${failure}`));
  }

  return line;
}

// For those who do not see the page: one sentence, however much happened.
export function announce(happenings) {
  const over = happenings.filter(({ kind, milliseconds }) => kind === 'Command' && milliseconds !== null);
  if (over.length === 0) {
    return;
  }

  const events = new Set(happenings.filter(({ kind }) => kind === 'Event').map(({ name }) => name));
  const failed = happenings.filter(({ failure }) => failure).map(({ name, failure }) => `${name} failed: ${failure}`);
  announcer.textContent = [
    over.map(({ name, contents }) => [name, ...contents.map(({ value }) => value)].join(' ')).slice(0, 3).join('; '),
    over.length > 3 ? `and ${over.length - 3} more` : '',
    events.size > 0 ? `caused ${[...events].join(', ')}` : '',
    ...failed.slice(0, 3),
  ].filter(Boolean).join(', ');
}
