// Follows the stream of the service: a snapshot when it begins, also after a lost connection, and then the news.
import { announce, clear, show } from './happenings.js';
import { showStock } from './stock.js';
import './forms.js';

const connection = document.getElementById('connection');
const missed = document.getElementById('missed');
const pause = document.getElementById('pause');
let stream;

function follow() {
  stream = new EventSource('live/stream');
  stream.addEventListener('snapshot', ({ data }) => {
    clear();
    missed.textContent = '';
    state('live');
    take(JSON.parse(data));
  });
  stream.addEventListener('news', ({ data }) => {
    const news = JSON.parse(data);
    take(news);
    announce(news.happenings);
  });
  stream.addEventListener('error', () => {
    state('reconnecting');
    if (stream.readyState === EventSource.CLOSED) { // the browser gives up where the answer is an error, as that of a proxy
      setTimeout(() => pause.ariaPressed === 'true' || follow(), 1000);
    }
  });
}

function take({ happenings, missed: count, stock }) {
  happenings.forEach(show);
  showStock(stock);
  if (count > 0) {
    missed.textContent = `${count} more happened than this page could keep up with. They are not shown; the stock is right.`;
  }
}

function state(text) {
  connection.dataset.state = text;
  connection.textContent = text;
}

pause.addEventListener('click', () => {
  const isPaused = pause.ariaPressed !== 'true';
  pause.ariaPressed = isPaused;
  stream.close();
  if (isPaused) {
    state('paused');
  } else {
    follow(); // what happened in between is in the snapshot
  }
});

follow();
