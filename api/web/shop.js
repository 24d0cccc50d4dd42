/** The demo shop front: its products, the customers one can be, and the e-mails that were not sent. */

const OUTBOX_EVERY_MS = 4000;

const $ = (id) => document.getElementById(id);

/** An element with text or children in it, never mark-up. */
function element(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

async function read(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** The chat's script is loaded beside this one; either may come first. */
const chat = new Promise((resolve) => {
  if (window.parley?.element) resolve(window.parley);
  else document.addEventListener("parley-ready", () => resolve(window.parley), { once: true });
});

async function ask(question) {
  (await chat).ask(question);
}

// ---- products

function priceText({ lowest, highest }) {
  return lowest.amount === highest.amount ? lowest.text : `from ${lowest.text}`;
}

function drawProduct(product) {
  const image = product.image_url && element("img", { src: product.image_url, alt: "", loading: "lazy" });
  image?.addEventListener("error", () => image.remove());
  const rating = product.rating == null ? "" : `★ ${product.rating.toFixed(1)}`;
  return element(
    "li",
    { className: "product" },
    element("div", { className: "frame" }, image),
    product.stock_known && !product.in_stock && element("span", { className: "badge", textContent: "Sold out" }),
    element("h3", { textContent: product.name }),
    element(
      "div",
      { className: "line" },
      element("span", { textContent: priceText(product.price) }),
      element("span", { className: "quiet", textContent: rating, ariaLabel: rating && `Rated ${product.rating} of 5` }),
    ),
    element("button", {
      type: "button",
      textContent: "Ask about it",
      ariaLabel: `Ask about ${product.name}`,
      onclick: () => ask(`Is the ${product.name} in stock?`),
    }),
  );
}

function showProducts(products, category) {
  const shown = products.filter((product) => !category || product.category === category);
  $("grid").replaceChildren(...shown.map(drawProduct));
  for (const button of $("categories").children) {
    button.ariaPressed = String((button.value || null) === category);
  }
}

function drawCategories(products) {
  const categories = [...new Set(products.map(({ category }) => category).filter(Boolean))].sort();
  const choose = (name, value) =>
    element("button", { type: "button", textContent: name, value, onclick: () => showProducts(products, value || null) });
  $("categories").replaceChildren(choose("All", ""), ...categories.map((name) => choose(name, name)));
}

async function loadProducts() {
  const { products } = await read("/demo/products?limit=100").catch(() => ({ products: [] }));
  $("no-products").hidden = products.length > 0;
  drawCategories(products);
  showProducts(products, null);
}

// ---- people

function initials(name) {
  return name.split(" ").map((word) => word[0]).slice(0, 2).join("");
}

function drawPerson(person) {
  const questions = element("div", { className: "questions", hidden: true });
  questions.append(
    ...person.questions.map((question) =>
      element("button", { type: "button", textContent: question, onclick: () => ask(question) }),
    ),
  );
  const card = element("li", { className: "person" });
  const avatar = element("span", { textContent: initials(person.name), ariaHidden: "true" });
  const numbers = element("p", { className: "numbers", textContent: orderNumbers(person) });
  const enter = element("button", { type: "button", className: "enter", textContent: "Sign in" });
  enter.ariaLabel = `Sign in as ${person.name}`;
  enter.addEventListener("click", () => (card.classList.contains("chosen") ? signOut() : signIn(person, card)));
  card.append(element("h3", {}, avatar, person.name), element("p", { className: "quiet", textContent: person.story }), numbers, questions, enter);
  return card;
}

/** What a visitor who is not signed in would have to know. */
function orderNumbers({ order_numbers: numbers, postcode }) {
  const shown = numbers.slice(0, 3).join(", ") + (numbers.length > 3 ? "…" : "");
  return [shown && `${numbers.length > 1 ? "Orders" : "Order"} ${shown}`, postcode && `ZIP ${postcode}`].filter(Boolean).join(" · ");
}

async function signIn(person, card) {
  const signedIn = await read("/demo/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: person.email }),
  }).catch(() => null);
  $("sign-in-trouble").textContent = signedIn ? "" : "That did not work. Is the demo shop made? The command is: parley demo";
  if (!signedIn) return;
  const { identify, open } = await chat;
  identify(signedIn.identity);
  choose(card);
  open();
}

async function signOut() {
  (await chat).identify(null);
  choose(null);
}

function choose(card) {
  for (const other of document.querySelectorAll(".person")) {
    const isChosen = other === card;
    other.classList.toggle("chosen", isChosen);
    other.querySelector(".questions").hidden = !isChosen;
    const button = other.querySelector(".enter");
    button.textContent = isChosen ? "Sign out" : "Sign in";
    button.ariaLabel = `${button.textContent} as ${other.querySelector("h3").lastChild.textContent}`;
  }
}

async function loadPeople() {
  const people = await read("/demo/customers").catch(() => []);
  $("people").replaceChildren(...people.map(drawPerson));
  document.querySelector(".people").hidden = !people.length;
}

// ---- outbox

function drawEmail(email) {
  const at = new Date(email.created_at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  return element(
    "li",
    { className: "email" },
    element("h3", { textContent: email.subject }),
    element("p", { className: "quiet", textContent: `To ${email.recipient} · ${at}` }),
    element("pre", { textContent: email.body }),
  );
}

async function refreshOutbox() {
  if (document.hidden) return;
  const emails = await read("/demo/outbox").catch(() => null);
  if (!emails) return; // the server is away; the next look will tell
  $("outbox-count").textContent = emails.length;
  $("outbox-count").hidden = !emails.length;
  $("no-emails").hidden = emails.length > 0;
  $("emails").replaceChildren(...emails.map(drawEmail));
}

$("open-chat").addEventListener("click", async () => (await chat).open());
$("open-outbox").addEventListener("click", () => {
  $("outbox").show();
  refreshOutbox();
});
$("close-outbox").addEventListener("click", () => $("outbox").close());
$("outbox").addEventListener("keydown", (event) => event.key === "Escape" && $("outbox").close());
setInterval(refreshOutbox, OUTBOX_EVERY_MS);

await Promise.all([loadProducts(), loadPeople(), refreshOutbox()]);
