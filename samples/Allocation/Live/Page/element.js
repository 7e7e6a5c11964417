// Text is only ever set as text, never as markup: what clients send cannot become part of the page.
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }

  made.append(...children); // strings become text nodes
  return made;
}
