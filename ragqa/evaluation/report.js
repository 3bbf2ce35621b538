const form = document.querySelector("form");
const all = [...document.querySelectorAll("#questions > details")];
const texts = all.map((question) => question.textContent.toLowerCase());

function filter() {
  const { words, cause, type } = form.elements;
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  all.forEach((question, i) => {
    const fits =
      (!cause.value || question.dataset.cause === cause.value) &&
      (!type.value || question.dataset.type === type.value) &&
      wanted.every((word) => texts[i].includes(word));
    question.hidden = !fits;
    shown += fits;
  });
  form.elements.count.value = `${shown} shown`;
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
