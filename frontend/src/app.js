/*
 * What script adds to pages that work without it: buttons that copy an address or print the page, and a
 * question before a press that cannot be undone. Listens on the document, so that parts swapped in by htmx have it too.
 */
for (const button of document.querySelectorAll('[data-copy]')) button.hidden = !navigator.clipboard;
for (const button of document.querySelectorAll('[data-print]')) button.hidden = false;

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]');
  if (button) copy(button);
  if (event.target.closest('[data-print]')) window.print();
});

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const status = document.getElementById(`${field.id}-copied`);
  field.select();
  await navigator.clipboard.writeText(field.value);
  status.textContent = button.dataset.copied;
  button.lastChild.textContent = ` ${button.dataset.copied}`;
}
