/*
 * Cards that are dragged from lane to lane. A drop fills in and submits the form on the card, which is
 * there for keyboard, touch and pages without script: whatever can be dragged can be chosen.
 */
const lanes = document.querySelectorAll('.lane[data-panel], .lane[data-lane]');
let dragged = null;

for (const card of document.querySelectorAll('.vol')) {
  card.draggable = true;
  card.addEventListener('dragstart', (event) => {
    dragged = card;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', card.id);
    card.classList.add('dragging');
  });
  card.addEventListener('dragend', () => {
    dragged = null;
    card.classList.remove('dragging');
    for (const lane of lanes) lane.classList.remove('over');
  });
}

for (const lane of lanes) {
  lane.addEventListener('dragover', (event) => {
    if (!dragged || lane.contains(dragged)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    lane.classList.add('over');
  });
  lane.addEventListener('dragleave', (event) => {
    if (!lane.contains(event.relatedTarget)) lane.classList.remove('over');
  });
  lane.addEventListener('drop', (event) => {
    if (!dragged || lane.contains(dragged)) return;
    event.preventDefault();
    const form = dragged.querySelector('form');
    form.elements.to.value = lane.dataset.lane ?? lane.dataset.panel;
    form.requestSubmit();
  });
}

// What a page says when it comes is not read aloud; what changes on it afterwards is.
const told = document.querySelector('.flashes') ?? document.getElementById('last-edit');
if (told && location.hash.startsWith('#card-')) {
  setTimeout(() => { document.getElementById('said').textContent = told.textContent.trim(); }, 200);
}
