// The demo company's people: a click fills in the user name; without script the link does it.

document.addEventListener("click", (event) => {
  const person = event.target.closest?.("[data-username]");
  const name = document.querySelector('.sign-in [name="username"]');
  const password = document.querySelector('.sign-in [name="password"]');
  if (!person || !name || !password) return;
  event.preventDefault();
  name.value = person.dataset.username;
  password.focus();
});
