// Behaviours of every page. Each works by delegation or as a custom element, so that swapped parts come alive.
import "./announce.js";
import "./copy.js";
import "./dialog.js";
import "./errors.js";
import "./once.js";
import "./sign-in.js";
import "./toast.js";
import "./troubles.js";
import "./way.js";
